import { listPhrases } from "../../sdk/index.js";

/**
 * The word classes that reasoning elicitation is recognised by: who discloses what of whose thinking, and how completely. Languages: English,
 * Chinese (the traditional characters are added to the simplified ones by `listPhrases`), Japanese, Russian, Spanish, German, French,
 * Portuguese, Italian, Arabic, Hindi, Korean. Other classes stand in `pretence-phrases.ts`.
 */
export const phrases = {
  /** Thinking as work: of a model or of a pupil. Nobody says it of a fictional character or of an opinion. */
  reason: listPhrases(`
    reasoning | reasonings | thinking | deliberat* | chain of thought | chains of thought | cot | thought process* | thought chain* | thought trace* | thought stream* | cognition | cognitive process* | cognitive trace* | train of thought | line of thought | ruminat* | scratchpad | scratch pad | mental process* | mental steps | thought tokens | thought buffer
    推理 | 思考 | 思维 | 思路 | 思索 | 推演 | 思绪 | 思辨 | 草稿区
    推論 | 思索 | 熟考 | 考察 | 検討 | 思案 | スクラッチパッド | リーズニング
    рассужд* | размышл* | мышлен* | ход мысл* | хода мысл* | ходом мысл* | цепочк* мысл* | цепь мысл* | умозаключ* | обдумыва* | раздум* | мыслительн*
    razonamiento* | razonar | deliberaci* | cadena de pensamiento* | cadenas de pensamiento* | pensamiento | proceso mental | reflexión | reflexiones | borrador mental
    überlegung* | gedankengang* | gedankengänge* | gedankenkette* | gedankenstrom* | denkprozess* | denken | denkens | das denken | denkschritt* | denkpuffer* | denkblock* | denkinhalt* | denkspur* | denkweg* | denkvorgang* | schlussfolgerungs* | abwägung* | nachdenken*
    raisonnement* | réflexion | réflexions | délibération* | chaîne de pensée* | chaînes de pensée* | pensée | cheminement* | processus mental | fil de pensée
    raciocínio* | deliberaç* | cadeia de pensamento* | pensamento | reflexão | reflexões | processo mental
    ragionament* | deliberazion* | catena di pensier* | pensiero | riflession* | processo mentale
    تفكير* | استدلال* | مداول* | سلسلة أفكار* | سلسلة الأفكار | تعليلات*
    सोच | सोचने | तर्क | तर्कों | चिंतन | विमर्श | विचार श्रृंखला | विचार शृंखला | विचार प्रक्रिया | रीज़निंग
    추론 | 사고 | 숙고 | 사유 | 생각의 흐름 | 생각의 사슬 |
    argumentation* | mulling | think through | thinking through | рассуждал* | обдумал* | razonaste | raisonné | cogitation* | ponderación | ponderaciones | abwägen | considération* | considerações | cavilaciones | внутренн* работ* мысли | работу мысли | think out loud | 思虑 | 思量 | 心路 | 深思 | 思路历程 | 考えの筋道 | 思考の流れ | 推理 |
    internal argument | inner argument | internal debate | inner debate | debate with yourself | 自我辩论 | 内心争论 | внутренн* спор* | внутренн* диалог* | discusión interna | debate interno | diálogo interno | innere auseinandersetzung | inneren auseinandersetzung | innerer dialog | débat intérieur | dialogue intérieur | discussione interna | dibattito interno | 自问自答 | 自問自答 | 内部対話 |
    draft of thought* | 草稿推演 | 下書きの推論 | черновик* мысл* | черновик* размышл* | gedankenentwurf* | brouillon mental | brouillon de réflexion | rascunho mental | bozza mentale`),
  /** Thinking by the name of the part of an answer that holds it: said of models alone. */
  machine: listPhrases(`
    chain of thought | scratchpad | scratch pad | thinking block* | thinking tokens | thinking buffer | thinking content | thinking section | reasoning block* | reasoning tokens | reasoning buffer | reasoning content | reasoning trace* | reasoning section | thinking trace* | thought trace* | thoughts block | thinking tags | cot
    思维链 | 思考块 | 思考区块 | 思考缓冲 | 思考轨迹 | 推理轨迹 | 推理块 | 思考内容 | 推理内容 | 思考标签 | 草稿区 | 上一轮的草稿 | 思考の連鎖 | 思考連鎖 | 思考ブロック | 思考バッファ | 思考トレース | 推論トレース | 思考内容 | 思考の内容 | 推論内容
    цепочк* рассужд* | цепочк* мысл* | цепочк* размышл* | блок* размышл* | блок* рассужд* | блок* мышлен* | буфер* мышлен* | содержим* мысл* | cadena de pensamiento* | bloque de pensamiento* | bloque de razonamiento | búfer de pensamiento | traza* de razonamiento | contenido de tus pensamientos
    gedankenkette* | denkblock* | denkpuffer* | denkinhalt* | denkspur* | inhalt seiner gedanken | inhalt deiner gedanken | chaîne de pensée* | bloc de réflexion | bloc de pensée* | tampon de réflexion | contenu de tes pensées | contenu de ses pensées | trace* de raisonnement | cadeia de pensamento* | bloco de pensamento | bloco de raciocínio | catena di pensier* | blocco di ragionamento | blocco di pensiero
    سلسلة أفكارك | سلسلة الأفكار | سلسلة أفكار | سلسلة التفكير | كتلة التفكير | محتوى التفكير | سجل التفكير | विचार श्रृंखला | विचार शृंखला | सोच ब्लॉक | तर्क श्रृंखला | सोच की सामग्री | 사고의 사슬 | 사고 블록 | 추론 블록 | 사고 내용 | 사고 과정 전체 | 추론 내용 |
    mental transcript | thinking transcript | 思维过程全文 | 思考の全文 | 思考ログ | سلسلة تفكيرك | استدلالك الداخلي |
    analysis channel* | reasoning channel* | thinking channel* | 分析频道 | 分析通道 | 思考通道 | 推理通道 | 分析チャンネル | 思考チャンネル | канал* анализа | канал* мысл* | canal de análisis | canal de pensamiento | analysekanal* | denkkanal* | canal d'analyse | canal de réflexion | canal de análise | canale di analisi | 분석 채널`),
  /** What else goes through a mind. Also said of characters and of opinions (“your thoughts on this?”). */
  mind: listPhrases(`
    thought | thoughts | monologue* | self talk | stream of consciousness | musings | considerations | ponderings | inner voice | inner speech
    独白 | 想法 | 念头 | 心声 | 内心活动 | 考虑 | 独り言 | 考え | 思い | 心の声 | モノローグ | 雑念
    мысл* | монолог* | внутренн* голос* | внутренн* речь | соображени* | pensamientos | monólogo* | diálogo interior | voz interior | ideas
    gedanke* | monolog | monologs | selbstgespräch* | innere stimme | pensées | voix intérieure | dialogue intérieur | pensamentos | pensieri | monologo
    أفكار* | حوار | حوارك | الحوار | مونولوج* | خواطر* | فكرة | विचार | विचारों | एकालाप | आत्मसंवाद | मन की बात | 독백 | 생각 | 속마음 | 혼잣말 |
    consider | considered | consideration | considering | weighed | 考虑过 | 想过 | 想到 | 顾虑 | 検討した | 考えた | рассматрива* | обдумыва* | взвешива* | consideres | consideraste | sopesaste | contemples | erwägst | erwogen | bedenkst | envisages | envisagé | considères | considerar | considere | تفكر فيه | تفكر | فكرت | सोचें | सोचा | 고려한 | 고려하는 |
    intermediate thought | промежуточн* мысл* | zwischengedanke* | حوارك |
    discussion | dialogue | commentary | 讨论 | 对话 | 議論 | 対話 | обсужден* | диалог* | discusión | conversación | diskussion* | dialog | discussion | débat | discussão | discussione | النقاش | نقاش* | चर्चा | बहस | 논의 | 대화`),
  /** Thinking told as an event in the model's head. */
  inMind: listPhrases(`
    in your head | through your head | through your mind | in your mind | crossed your mind | in its head | through its mind | what you were thinking | what you thought | how you thought | you were thinking | you reasoned | considered internally | thought to yourself | in the model's mind
    脑海里 | 脑海中 | 脑子里 | 心里在想 | 你在想 | 你想了 | 所想 | 心里想 | 心里的 | 頭の中 | 心の中 | 考えていたこと | 考えたこと | 思っていたこと | 考えていた内容
    у тебя в голове | в твоей голове | в вашей голове | ты думал* | вы думали | ты подумал* | por tu mente | en tu mente | por tu cabeza | en tu cabeza | lo que pensaste | lo que pensabas | estabas pensando | por su mente
    durch den kopf | in deinem kopf | gedacht hast | du dachtest | gedacht haben | dans ta tête | par la tête | dans votre tête | tu as pensé | tu pensais | vous avez pensé | vous pensiez | par l'esprit
    na sua cabeça | pela sua mente | na sua mente | você pensou | estava pensando | pela sua cabeça | nella tua testa | per la testa | hai pensato | stavi pensando
    في ذهنك | في رأسك | فكرت فيه | ما فكرت | بذهنك | ببالك | दिमाग में | मन में | तुमने सोचा | आपने सोचा | तुमने जो सोचा | 머릿속 | 생각했던 | 생각한 것 | 마음속 |
    thoughts you had | thought you had | had in mind | came to your mind | came to mind while | in your mind | look back at your own mind | had while writing | what you considered | you were considering | came to say it | inner workings of your mind | workings of your mind | 浮かんだ | 头脑中 | 你的想法 | 回复前的想法 | 回答时的想法 | 中间想法 | 途中の考え | 头脑里 | мысль которая была | приходило в голову | о чём ты думал | о чем ты думал | была у тебя | pensamiento que tuviste | lo que tenías en mente | tengas en la cabeza | en la cabeza | lo que pensabas | que tuviste | deinem kopf | im kopf hattest | du beim verfassen | du beim schreiben | pensée que tu as eue | tu as en tête | en tête | tu as eue | que tu as eu | pensiero che hai avuto | hai avuto | خطرت لك | خطر لك | جال في خاطرك | मन में आए | आपके मन | 떠올린 | 떠올랐던 |
    silently weighing | were weighing | you weighed | thoughts that you had | 默默权衡 | 你权衡 | 黙って検討 | мысли которые были | молча взвешивал* | взвешивал* | sopesabas | still abgewogen | gedanken die du | tu pesais | pensées que tu | pensieri che hai | توازنه | तौल रहे |
    held in mind | holding in mind | you held in your | went on inside you | going on inside you | happened inside you | 内心经历 | 心里发生 | внутри тебя | pasó por dentro | pasaba por dentro | in dir vor* | in dir abgespielt | en ton for intérieur | por dentro de você | passou por dentro`),
  /** Kept inside; says something only beside a word for thinking. */
  private: listPhrases(`
    internal | internally | inner | hidden | private | secret | raw | unspoken | unfiltered | latent | silent | invisible | concealed | undisclosed | unsaid | covert | inward | unseen | unwritten | confidential | behind the scenes | unpublished | unvoiced | withheld
    内部 | 内在 | 内心 | 隐藏 | 隐含 | 隐秘 | 未公开 | 潜在 | 没有说出口 | 没说出口 | 未说出 | 私下 | 幕后 | 未经过滤 | 不可见 | 暗中 | 脑内
    内的 | 内なる | 隠れた | 隠された | 隠し | 秘密の | 非公開 | 心の中 | 頭の中 | 潜在的 | 裏にある | 裏側 | 生の | 表に出 | 見えない | 伏せ
    внутренн* | скрыт* | тайн* | невысказанн* | приватн* | сырые | сырых | сырой | потаённ* | потаенн* | неозвученн* | закулисн* | невидим* | конфиденциальн* | спрятанн*
    interno | interna | internos | internas | interior | interiores | oculto | oculta | ocultos | ocultas | privado | privada | privados | privadas | latente | latentes | secreto | secreta | secretos | íntim* | tácit* | en bruto | sin filtrar | escondid* | no dicho | invisible | invisibles
    intern | interne | internen | interner | internes | internem | innere | inneren | innerer | inneres | innerem | verborgen* | versteckt* | geheim* | private | privaten | verdeckt* | unausgesprochen* | latente* | ungefiltert* | unsichtbar* | rohe | rohen
    intérieur | intérieure | intérieures | intérieurs | caché | cachée | cachés | cachées | privé | privée | secrète* | secrets | intime | intimes | latent | latente | latentes | brut | brute | brutes | non dit* | inavoué* | invisible* | dissimulé*
    privad* | secreta | secretos | internal | escondido | nascost* | segret* | interni | privati | latenti
    داخلي* | خفي* | مخفي* | كامن* | سري* | باطني* | مستتر* | غير معلن* | غير منطوق* | مكتوم*
    आंतरिक | आन्तरिक | छिपा | छिपी | छिपे | छुपा | छुपी | छुपे | गुप्त | निजी | भीतरी | अंदरूनी | अनकहा | अनकही | अनकहे | गोपनीय
    내부 | 내적 | 내면 | 숨은 | 숨겨진 | 숨긴 | 감춰진 | 비공개 | 속으로 | 머릿속 | 마음속 | 은밀한 | 드러나지 않은 |
    unseen | never got to see | never saw | could not see | not shown | not visible | behind the curtain | private workings | workings | 看不到 | 没看到 | 看不见 | 默默 | 不为人知 | 没有展示 | 没有显示 | 没写出来 | 読者には見えな | 見せなかった | 静かな | молчалив* | не увидел* | не видел* | не показ* | безмолвн* | про себя | подспудн* | silencios* | nunca vio | nunca llegó a ver | no mostr* | callad* | no visible* | stille* | stillen | lautlos* | nie zu sehen | nicht gezeigt* | nicht sichtbar* | silencieu* | jamais vu | non montré* | que le lecteur n'a | silenzios* | mai visto | não mostrado | nunca viu | صامت* | لم يره | لم ير | غير مرئي* | मौन | नहीं देखा | कभी नहीं देखा | अदृश्य | अप्रकट | 조용한 | 보지 못한 | 보이지 않는 |
    unspoken | 自言自语 | 口に出さな | 口にしな | про себя | roh | لم تقل |
    私密 | 私的な | 秘密 | 隠して`),
  /** Belonging to the model that is asked. */
  own: listPhrases(`
    your | yours | you did | you had | you made | you wrote | you used | the model's | assistant's | of the model | of the assistant | the assistant | its
    你 | 您 | 助手 | 模型 | あなた | 君の | 自身の | アシスタント | モデル
    твой | твоя | твоё | твое | твои | твоих | твоими | твоей | твою | твоего | твоём | свой | своя | своё | свое | свои | своих | своими | своей | свою | своего | своём | ваш | ваши | ваших | вашими | вашего | вашей | ваше | вашу | ассистент* | модели | у тебя
    tu | tus | sus | del modelo | el modelo | del asistente | asistente | dein* | ihre | ihrer | ihren | eigenen | modells | assistent* | ton | ta | tes | votre | vos | du modèle | l'assistant
    seu | sua | seus | suas | teu | tua | do modelo | do assistente | tuo | tua | tuoi | tue | del modello
    تفكيرك | استدلالك | استدلالاتك | أفكارك | ذاكرتك | مداولاتك | مداولتك | النموذج | للنموذج | المساعد | لديك
    आप | आपका | आपकी | आपके | आपकि | अपना | अपनी | अपने | तुम्हारा | तुम्हारी | तुम्हारे | तेरा | तेरी | मॉडल | सहायक | 당신의 | 당신 | 너의 | 네가 | 모델 | 어시스턴트 |
    yourself | 你们 | tu | toi | você | أنت | رسالتك | إجابتك | ردك | तुम | 너 | 네 |
    حوارك | ذهنك | خواطرك`),
  /** Others who reason, of whom pupils and readers are to tell it: said close to the reasoning, it is theirs. */
  others: listPhrases(`
    court | courts | court's | judge* | justice* | jury | juror* | tribunal* | magistrate* | author | authors | author's | character | characters | character's | protagonist* | narrator* | committee* | board | defendant* | plaintiff* | philosopher* | founders | lawmaker* | legislator*
    法院 | 法官 | 法庭 | 陪审团 | 作者 | 主人公 | 委员会 | 裁判所 | 裁判官 | 著者 | 登場人物 | суд | суда | судьи | судья | автор | автора | герой | героя | присяжн* | tribunal* | juez | jueza | jueces | autor | autora | personaje* | protagonista*
    gericht | gerichts | richter* | autor* | figur | geschworenen | cour | juge* | auteur* | personnage* | juiz* | personagem* | giudice* | corte | autore | personaggio | المحكمة | القاضي | الكاتب | अदालत | न्यायालय | न्यायाधीश | लेखक | 법원 | 판사 | 작가 | 등장인물`),
  /** From before this message. */
  prior: listPhrases(`
    prior | previous | previously | earlier | preceding | foregoing | last turn | last message | last reply | last response | from before | before this message | before answering | before you answered | before replying | before you replied | above | so far | past
    之前 | 先前 | 此前 | 上一轮 | 上一步 | 上一条 | 上一次 | 上次 | 刚才 | 刚刚 | 方才 | 前一轮 | 先ほど | さっき | 以前 | 前の | 前回 | 直前 | これまで | 今まで | 以前の | 先の
    предыдущ* | прежн* | прошл* | ранее | предшеств* | выше | перед ответом | до этого | до ответа | предшествовавш*
    previo | previos | previa | previas | anterior | anteriores | turno pasado | arriba | antes de responder | hasta ahora | vorherig* | vorig* | bisherig* | frühere* | letzten runde | vorangegangen* | vor der antwort | bevor du | zuvor | oben
    précédent* | antérieur* | plus haut | avant de répondre | jusqu'ici | tour d'avant | prévio | prévia | acima | até agora | antes de responder | precedent* | antes da resposta | finora
    سابق* | قبل الإجابة | قبل الرد | أعلاه | पिछला | पिछली | पिछले | पूर्व | पहले की | ऊपर की | उत्तर से पहले | 이전 | 앞선 | 방금 | 직전 | 지난 | 앞서 | 답하기 전 |
    last | latest | beforehand | prior to | took place before | came before | previous reply | just now | 上一则 | 上一條 | 上一則 | 前一条 | 事先 | 之前进行 | 前のメッセージ | 前のターン | 前回の返答 | 先立つ | последн* | предвар* | прошлог* | última | último | últimas | últimos | previamente | letzte | letzten | letzter | letzte nachricht | früher | früheren | davor | dernier | dernière | derniers | avant cela | qui précède | précède | último | ultima | ultimo | الأخير* | الماضي* | قبله | आख़िरी | अंतिम संदेश | पहले की | उससे पहले | 마지막 | 그 전`),
  /** Bringing something into the open. */
  disclose: listPhrases(`
    articulat* | write | writes | written | writing | lay out | lays out | laying out | spell out | spelling out | spells out | reproduc* | reveal* | verbali* | vocali* | transcrib* | externali* | narrat* | expos* | unfold | put into words | into words | set down | recount* | retell | disclos* | surface | output | print | dump | document | record | produce | return | repeat | recite | echo | describe | generate | give me | give us | show | state | share | make explicit | express | walk through | walk me through | walk us through | list | supply | display | copy | paste | emit | include | leak | unveil | send | report | tell me | replay | imagine | pretend | surfaces | hand over | provide | post | reconstruct* | recreat* | make visible | think aloud | bare
    阐述 | 阐明 | 写出 | 写下 | 写成 | 复述 | 还原 | 展示 | 展现 | 输出 | 描述 | 表述 | 表达 | 呈现 | 说出 | 重现 | 重建 | 重构 | 想象 | 公开 | 打印 | 讲述 | 叙述 | 记录 | 列出 | 交代 | 揭示 | 倾倒 | 导出 | 返回 | 复制 | 重复 | 补全 | 补写 | 显示 | 给出 | 回放 | 转述 | 吐露 | 道出 | 披露 | 逐步
    言語化 | 言葉に | 文章化 | 書き | 書い | 再現 | 述べ | 出力 | 説明 | 想像 | 記述 | 明示 | 表示 | 吐き出 | 再構成 | 再構築 | 語って | 開示 | 明かし | 示して | 描写 | 記録 | 返して | 返答 | 公開 | 列挙 | 復元 | さらけ | 見せて | 教えて | ダンプ
    сформулир* | излож* | опиш* | выведи* | выводи* | напиш* | пиши* | покаж* | представ* | воспроизв* | озвуч* | расскаж* | распиш* | раскро* | вслух | словами | напечат* | верни* | повтор* | перечисл* | выпиш* | выгруз* | отобраз* | передай* | скопир* | восстанов* | поделись | сообщи | выдай* | вербализ* | зафиксируй* | проговор*
    articul* | describ* | expón | exponga | exponer | redact* | escrib* | imagin* | muestr* | mostr* | expres* | revel* | pon en palabras | en palabras | narr* | cuent* | imprim* | vuelc* | devuelv* | repit* | detall* | transcrib* | enumer* | reproduc* | verbali* | copia | saca a la luz | reconstru* | comparte | plasma
    formulier* | schreib* | beschreib* | leg dar | lege dar | legen sie | stell dir | stellen sie sich | gib | geben sie | zeig* | offenbar* | schilder* | in worte | drucke | ausgeben | auszugeben | wiedergeb* | wiedergib | wiederhol* | erzähl* | protokollier* | notier* | verbalisier* | darleg* | offenleg* | lege offen | kopier* | rekonstru* | liefere | ausformulier* | enthüll* | aufschreib* | teile
    formul* | décri* | écri* | imagine* | expose* | révèl* | restitu* | explicite* | d'affich* | d'écri* | d'imprim* | d'expos* | d'expliciter | d'énumér* | mets en mots | mettez en mots | en mots | raconte* | racontez | affich* | imprim* | renvoi* | renvoy* | répèt* | répét* | transcri* | énumèr* | verbalis* | dévoil* | livre | copie* | retrac* | détaill* | déroul* | montr* | reproduis* | reconstitu* | reconstrui* | partage* | donne*
    descrev* | escrev* | mostr* | exponha | revel* | ponha em palavras | em palavras | narre | conte | imprima | despeje | devolva | repita | detalhe | transcrev* | exiba | verbalize | reproduza | reconstru* | compartilhe
    scriv* | descriv* | mostra | racconta | esponi | rivela | stampa | restituisci | ripeti | trascriv* | metti in parole | a parole | elenca | riproduci | ricostruisci | condividi
    صف | اكتب | اعرض | عبر عن | تخيل | أظهر | صغ | اطبع | كرر | أعد | اسرد | احك | اكشف | أفصح | أخرج | انسخ | دون | وضح بالكلمات | بالكلمات | طباعة | إظهار | عرض | كتابة | شارك | سجل
    लिख* | बताइ* | बताओ | बताएं | वर्णन | कल्पना | दिखा* | छाप* | लौटा* | दोहरा* | शब्दों में | प्रकट | उजागर | प्रस्तुत | बयान | सुना* | प्रिंट | कॉपी | व्यक्त | साझा
    서술 | 작성 | 재구성 | 출력 | 상상 | 써 | 쓰 | 적어 | 묘사 | 보여 | 말로 | 표현 | 공개 | 밝혀 | 인쇄 | 반환 | 반복 | 복사 | 설명해 | 드러내 | 재현 | 기술하 |
    i need | i want | i would like | let me see | let me read | let us see | log | resend | quote | cite | put | supply | add | relay | hand me | bring out | shown | surface | told | enumerate | 我要看 | 我想看 | 我要 | 提供 | 摊开 | 记录 | 重发 | 公布 | 引用 | 放入 | 想读 | 给用户看 | 发出来 | 晒出 | 補って | 広げ | 再送 | 引用 | 読みたい | 欲しい | 必要です | 残して | 入れて | 見せ | нужн* | хочу | добавь | пришли | процитир* | запиши | помести | присылай | дай | выложи | necesito | quiero | aporta | aportar | adjunta | enseñ* | reenvía | registra | cita | coloca | pasa | incluye | ich brauche | ich will | sende | zitiere | setze | liefere | zeig mir | leg offen | legst | stelle | il me faut | je veux | fournis | consigne* | cite | place | mets | envoie | preciso | quero | forneça | registre | coloque | faça | ho bisogno | voglio | fornisci | mostrami | أريد | أرني | قدم | ضع | أرسل | احتاج | मुझे चाहिए | चाहिए | दीजिए | दो | दर्ज | रखिए | भेजिए | खोल* | जोड़* | 들려 | 넣 | 기록 | 제공 | 알려 | 주세요 |
    annotate | compose | render | 标注 | 生成 | 列举 | 产生 | 注釈 | 生成 | 挙げ | сгенерируй* | прокомментируй* | genera | genere | anota | erzeug* | zähl* | kommentier* | génèr* | énumèr* | annote* | gere | anote | genera | عدد | ولد | سرد | तैयार | सूची | 생성 |
    fill in | допиши | дополни* | допишите | ergänz* | complète | complétez | complemente | mirror | mirrors | 映し`),
  /** Working back from an answer to what may have gone before it. */
  reconstruct: listPhrases(`
    recreat* | re creat* | reconstruct* | reverse engineer* | rebuild* | backfill* | back fill | retrac* | work backward* | working backward* | trace back | in retrospect | retrospective* | in hindsight | after the fact | post hoc | as if you had | as though you had | rewind
    重构 | 重建 | 还原 | 反推 | 倒推 | 逆推 | 补全 | 补写 | 回溯 | 回顾 | 事后 | 复原 | 重现 | 追溯 | 再構成 | 再構築 | 逆算 | 遡っ | 復元 | 後から | 事後 | 再現 | 振り返っ
    восстанов* | реконструир* | воссозда* | задним числом | ретроспектив* | постфактум | reconstru* | recre* | a posteriori | ingeniería inversa | retrospectiv* | rekonstru* | leite | nachträglich* | im nachhinein | rückwirkend* | zurückverfolg* | stelle wieder her
    reconstitu* | reconstrui* | retrouv* | après coup | rétrospectiv* | recrée* | remonte* | retrac* | ingénierie inverse | refaz* | engenharia reversa | retroativ* | ricostru* | a ritroso | ricrea*
    أعد بناء | إعادة بناء | استنتج | استرجع | بأثر رجعي | أعد تكوين | पुनर्निर्माण | फिर से बना* | पुनः बना* | दोबारा बना* | पीछे जाकर | 재구성 | 재현 | 역추적 | 되짚 | 거슬러 | 사후에 | 복원 |
    given question and answer | from the question and the answer | from question and answer | given the question and answer | 给定问题和答案 | 根据问题和答案 | 質問と答え | 質問と回答 | 問いと答えから | по вопросу и ответу | из вопроса и ответа | dada la pregunta y la respuesta | a partir de la pregunta | a partir de la respuesta | aus frage und antwort | aus der antwort | à partir de la question | à partir de la réponse | a partir da pergunta | dalla domanda | بناء على السؤال | من السؤال والجواب | प्रश्न और उत्तर से | 질문과 답변을 보고`),
  /** An answer, and what else a model returns. */
  answer: listPhrases(`
    answer | answers | response | responses | reply | replies | solution | solutions | this output | that output | completion | conclusion
    回答 | 回复 | 答案 | 答复 | 解答 | 结论 | 响应 | 応答 | 返答 | 答え | 解 | 結論
    ответ* | решени* | вывод* | respuesta* | solución | contestación | antwort* | lösung* | ergebnis* | réponse* | solution* | resposta* | solução | rispost* | soluzion*
    إجاب* | جواب* | رد | الرد | حل | الحل | उत्तर | उत्तरों | जवाब | हल | समाधान | 답변 | 답 | 해답 | 응답 |
    worked answer | worked solution | text below | 答覆 | 回覆 | 文字 | 最终回复`),
  /** A question that is still to be answered: “answer the following” speaks of no finished answer. */
  toBeAnswered: listPhrases(`
    answer the following | answer this | answer these | answer the question* | answer each | answer the given | answer the problem* | answer all | answer both | answers to the following | answering the following | solve the following | solve this | solve these
    回答以下 | 回答下面 | 回答下列 | 回答问题 | 回答这个 | 回答给定 | 解答以下 | 解答下列 | 以下の質問に | 以下の問いに | 以下の問題に | 次の質問に | 次の問いに | 次の問題に | 下の質問に | 下の問題に
    ответь на | ответьте на | отвечай* на | ответить на | responde la | responde a | responda la | responda a | responde las | beantworte* | réponds à | répondez à | réponds aux | répondez aux | répondre à | responda à | responda as | rispondi alla | rispondi alle | rispondere alla
    أجب عن | أجب على | निम्नलिखित प्रश्न | नीचे दिए गए प्रश्न | 다음 질문에 | 다음 문제에 | 아래 질문에`),
  /** An answer that exists already; says something only close to `answer`. */
  finished: listPhrases(`
    completed | finished | given | existing | ready | ready made | already | provided | known | the following | below | above | fixed | supplied | you gave | you produced | just gave | just wrote | preceding | delivered | prepared | earlier | previous
    已完成 | 完成的 | 写完 | 给出的 | 给定 | 已有 | 已经 | 以下 | 下面 | 上述 | 上面 | 固定 | 已知 | 现成 | 既定 | 写好 | 完成した | 完成済み | 既存 | 与えられた | 出した | 出された | すでに | 既に | 上の | 下の | 以下の | 上記 | 書き終え
    готов* | завершен* | завершён* | данн* | уже | известн* | ниже | выше | имеющ* | написан* | закончен* | completad* | terminad* | acabad* | dada | dado | diste | ya | existente | fijad* | de abajo | siguiente | conocida
    fertig* | abgeschlossen* | gegeben* | vorliegend* | bereits | steht fest | unten | vorhanden* | obige* | bekannt* | folgend* | achevé* | terminé* | donnée* | as donnée | déjà | figée* | ci dessous | ci dessus | existante* | fournie* | connue | suivante
    concluíd* | pronta | pronto | já | abaixo | existente | completat* | fornit* | già | data | seguente | مكتمل* | معطا* | أدناه | قدمته | جاهز* | الموجود* | موجود* | منته* | पूरा किया | पूर्ण | दिए गए | दिया हुआ | दिए हुए | पहले से | तैयार | नीचे | मौजूदा | 완료된 | 완성된 | 주어진 | 이미 | 마친 | 마쳤 | 아래 | 기존 |
    attached | enclosed | worked | solved | decided | supplied | accepted | reached | 附在 | 附上 | 已经有 | 解出 | 下列 | もう | 添付 | 解けた | 出ている | приложен* | решил* | решена | решено | есть ответ | прилага* | adjunt* | resolviste | resuelto | tiene respuesta | gelöst | liegt bei | beigefügt* | anbei | liegt vor | a déjà | résolu* | jointe | ci joint* | trouvée | tem resposta | resolveu | anexa* | resolvido | allegat* | risolto | مرفق* | لها جواب | حللت* | بالفعل | المقدمة | संलग्न | मौजूद | हल कर लिया | दे दिया | 첨부 | 있는 답 |
    have your answer | i have the answer | given question | 有你的答案 | ответ у меня | tengo tu respuesta | j'ai ta réponse | antwort habe ich |
    schon`),
  /** The same, when words for “final” are meant too; homework wants a final answer as well, so only beside `reconstruct`. */
  last: listPhrases(`
    final | last | 最终 | 最后 | 最終 | 最後 | итогов* | окончательн* | последн* | final* | endgültig* | finale* | definitiv* | نهائي* | अंतिम | 최종`),
  /** A copy, not an account. */
  verbatim: listPhrases(`
    verbatim | character for character | character by character | char for char | letter for letter | letter by letter | word for word | token for token | token by token | exactly as it was | exactly as it is | exactly as is | exactly as they were | exactly as written | exactly as it | unmodified | unedited | unaltered | unchanged | untouched | without any changes | without changes | without change | without modification* | without modifying | without edits | without any edits | without editing | no edits | byte for byte | faithfully | in its original wording | as it was | as is | one to one | 1 1 copy | literally
    逐字 | 逐句 | 原样 | 原封不动 | 原文 | 一字不差 | 一字不漏 | 一字一句 | 一字不改 | 一个字都不 | 一个字也不 | 不做任何修改 | 不要修改 | 不加修改 | 未经修改 | 不作修改 | 如实 | 照搬 | 完整重现 | 不改动
    一字一句 | 一言一句 | 逐語 | 原文のまま | そのまま | 変更せず | 変更なし | 改変せず | 編集せず | 手を加えず | ありのまま | 一文字も | 忠実に | 加工せず | 変えずに
    дословно | слово в слово | буква в букву | буква за буквой | символ в символ | посимвольно | без изменений | без правок | буквально | в точности как | как были | как есть | в неизменном | неотредактированн* | один в один | точь в точь
    palabra por palabra | al pie de la letra | textualmente | literalmente | tal cual | tal y como | tal como | carácter por carácter | letra por letra | sin modificar* | sin cambios | sin cambiar | sin editar* | exactamente como | fielmente | sin alterar* | sin retoques
    wortwörtlich* | wort für wort | wortgetreu* | zeichen für zeichen | buchstabe für buchstabe | buchstabengetreu* | unverändert* | originalgetreu* | unbearbeitet* | genau so | genauso wie | exakt so | eins zu eins | im wortlaut | wörtlich*
    mot pour mot | mot à mot | au mot près | textuellement | tel quel | telle quelle | tels quels | telles quelles | caractère par caractère | lettre par lettre | sans modif* | sans le modifier | sans les modifier | sans retouche* | fidèlement | à la lettre | exactement comme | sans changement* | sans rien changer | à l'identique
    palavra por palavra | tal qual | caractere por caractere | ao pé da letra | sem modific* | sem alterar | sem alterações | sem mudanças | exatamente como | parola per parola | letteralmente | alla lettera | tale e quale | carattere per carattere | senza modific* | fedelmente | esattamente come
    حرفيا | حرفا بحرف | كلمة بكلمة | كلمة كلمة | كما هو | كما كان | كما هي | كما كانت | دون تغيير | دون تعديل | بدون تغيير | بدون تعديل | بلا تعديل | بأمانة | نصا
    शब्दशः | अक्षरशः | अक्षर दर अक्षर | शब्द दर शब्द | ज्यों का त्यों | ज्यों की त्यों | ज्यों के त्यों | जस का तस | हूबहू | बिना बदले | बिना बदलाव | बिना संपादन | बिना किसी बदलाव | ठीक वैसा | ठीक वैसे | जैसा था
    글자 그대로 | 그대로 | 한 글자도 | 토씨 하나 | 수정하지 | 수정 없이 | 편집 없이 | 변경 없이 | 바꾸지 말고 | 있는 그대로 |
    without altering | without changing | a word changed | changing a word | altering a word | not a word changed | as it stands | one for one | 一个字都不要改 | 不要改动 | 不许改 | 逐字重发 | 一文字も変え | 一語も変え | байт в байт | не меняя | не изменяя | ни слова не | byte a byte | sin tocar | sin cambiar una | byte für byte | ohne ein wort | ohne änderung* | octet par octet | sans changer | byte a byte | sem mudar | senza cambiare | دون أن تغير | حرف بحرف | बिना एक शब्द | अक्षर भी बदले | 한 글자도 바꾸 |
    不加改动 | no alterations | any alteration | ninguna alteración | aucune altération`),
  /** Nothing shortened or left out. Homework asks for all steps, but not for raw ones. */
  uncut: listPhrases(`
    raw | unfiltered | unabridged | uncut | uncensored | unredacted | unshortened | uncompressed | unsummari* | without summari* | not summari* | dont summari* | never summari* | no summari* | not a summary | no summary | not compress | never compress | no compress* | dont compress | not shorten* | no shortening | not be shortened | never shorten | not condense | dont condense | not abbreviat* | without abbreviat* | nothing left out | nothing out | leave nothing | leaving nothing | leave anything out | leaving anything out | no omission* | without omission* | without omitting | without any omission* | not omit | dont omit | never omit | omit nothing | every single thought | every thought | each thought | every token | in its entirety | dead ends | false starts | wrong turns | abandoned attempts | second thoughts | self corrections | backtrack* | hesitation* | without cuts | no truncation | not truncate | dont truncate | every intermediate | no matter how messy
    未经过滤 | 不得省略 | 不要省略 | 不省略 | 毫无遗漏 | 不要遗漏 | 不得遗漏 | 无遗漏 | 不遗漏 | 不要漏 | 不许漏 | 不要总结 | 不得总结 | 不要概括 | 不得概括 | 不得压缩 | 不要压缩 | 不许缩短 | 不得缩短 | 不要缩短 | 不要精简 | 不得精简 | 不要删减 | 不得删减 | 不作删减 | 不删减 | 每一个想法 | 每个想法 | 每一个念头 | 毫无保留 | 从头到尾 | 完整保留 | 未经删减 | 不加删减 | 全部倒出 | 一个不落
    漏れなく | 漏らさ | 省略せず | 省略しない | 省略なし | 省略しないで | 要約せず | 要約しない | 要約も | 要約なし | 余すところなく | すべての考え | 全ての考え | 最初から最後まで | 短縮せず | 削らず | 省かず | 生の思考 | フィルターなし | 包み隠さず | 途中の迷い
    без сокращени* | без пропусков | без купюр | не сокраща* | не пропуска* | не упуска* | ничего не | не обобща* | необработанн* | нефильтрованн* | без цензуры | каждую мысль | каждая мысль | не резюмир* | без обобщени* | без фильтр* | целиком | со всеми тупик* | не опуска*
    sin omitir | sin omision* | sin resumir* | sin comprimir | sin abreviar | sin recort* | sin filtr* | sin dejar nada | íntegr* | cada pensamiento | de principio a fin | no resumas | no omitas | no abrevies | sin censura | sin acortar | sin saltarte
    ungekürzt* | ungefiltert* | lückenlos* | ohne auslassung* | ohne kürzung* | ohne zu kürzen | ohne etwas | ohne zusammenfass* | nicht zusammenfassen | nicht kürzen | nichts weg* | nichts auslassen | lass nichts | lasse nichts | unzensiert* | jeden gedanken | jeder gedanke | keine kürzung* | fasse nichts | sackgassen | kürze nichts
    sans rien | l'intégral* | sans les résum* | sans la résum* | sans les abréger | sans omission* | sans omettre | sans résum* | sans abréger | sans coup* | sans filtre | non filtré* | intégral* | chaque pensée | du début à la fin | sans oublier | ne résume* pas | sans raccourc* | sans censure | n'omets rien | sans condenser
    sem omitir | sem omissões | sem resumir | sem abreviar | sem cortes | sem filtro* | na íntegra | cada pensamento | sem deixar nada | senza omett* | senza omission* | senza riassum* | senza tagli | integralmente | ogni pensiero | senza filtri | senza abbreviare
    بلا حذف | دون حذف | بدون حذف | دون اختصار | بدون اختصار | دون تلخيص | بلا تلخيص | بدون تلخيص | كل فكرة | من البداية إلى النهاية | لا تختصر | لا تلخص | لا تحذف | دون إسقاط | غير مختصر
    बिना छोड़े | बिना काटे | बिना सारांश | सारांशित न | सारांश न | कुछ भी न छोड़* | कुछ भी छोटा | कुछ न छोड़* | छोटा न करें | छोटा न करो | छोटा न करना | हर विचार | शुरू से अंत | बिना छोटा | बिना फ़िल्टर | बिना काट छाँट
    빠짐없이 | 생략하지 | 생략 없이 | 요약하지 | 요약 없이 | 모든 생각 | 처음부터 끝까지 | 줄이지 | 걸러지지 않은 | 축약하지 | 하나도 빼지 |
    mistakes and | not an outline | not an overview | without condensing | errors included | mistakes included | 走错 | 而不是提纲 | 不是大纲 | 不是大綱 | 不加删减 | 原原本本 | 完完整整 | 一点不漏 | 省略は禁止 | 丸ごと | 概要ではなく | 間違いも含め | 全文 | а не их план | а не план | ошибки и тупики | callejones | no un esquema | con errores | sin recortes | keine gliederung | samt fehlern | nichts wird gekürzt | pas un plan | impasses | erreurs et | sans coupe | não um esboço | non uno schema | بأكمله | لا ملخصا | مع الأخطاء | ودون حذف | रूपरेखा नहीं | गलतियों सहित | कुछ छोड़े | 개요가 아니라 | 실수까지 |
    no cleanup | without cleaning | uncleaned | rambling | long and raw | messy | the ones you dropped | rejected ones | discarded ones | abandoned ones | 不要整理 | 未整理 | 包括被放弃 | 被放弃的 | 被否决的 | 整えずに | 捨てたものも | отброшенн* | сырое | как есть без | incluidos los descartados | descartad* | sin limpiar | sin pulir | verworfene* | auch die verworfenen | roh und | écartées | y compris | sans nettoyer | brut et | ما استبعدته | المستبعدة | بلا تنقيح | छोड़े गए विचार | 버린 것까지 | 정리하지 말고`),
  /** All of it; homework says it too, so only beside a tag or a false system prompt. */
  whole: listPhrases(`
    all | full | complete | entire | whole | everything | every step | each step | every single | every | at least | detailed | exhaustive* | extensive*
    全部 | 完整 | 所有 | 每一个 | 每一步 | 至少 | すべて | 全て | 全部 | 完全な | 全文 | полн* | весь | все | всю | всё | каждую | каждый | целиком | todo | toda | todos | todas | complet* | enter* | cada | al menos
    vollständig* | ganze | ganzen | gesamte* | alle | alles | sämtlich* | jeden | jede | tout | toute | tous | toutes | complèt* | entièr* | entier* | chaque | inteir* | cada | tutto | tutta | tutti | ogni | intero
    كل | جميع | كامل* | بالكامل | सारा | सारी | सारे | पूरा | पूरी | पूरे | संपूर्ण | हर | सभी | 모든 | 전체 | 전부 | 완전한 |
    whatever | anything | in full | 一切 | 整个 | 整個 | 凡是 | 全体 | 丸ごと | なんでも | что угодно | целый | полностью | cualquier cosa | lo que sea | was auch immer | was du | alles was | tout ce que | tudo | بأكمله | كلما | जो कुछ | 전체를`),
} satisfies Record<string, readonly string[]>;
