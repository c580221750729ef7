import { listPhrases } from "../../sdk/index.js";

/**
 * What reasoning elicitation is recognised by, by role in the sentence. Languages: English, Chinese, Japanese, Spanish, German, French,
 * Russian, Portuguese, Arabic, Hindi, Korean. A phrase belongs here when a person doing homework would not say it of themselves.
 */
export const phrases = {
  /** Putting something hidden into words. */
  articulate: listPhrases(`
    articulat* | write out | writes out | lay out | lays out | laying out | spell out | spelling out | reconstruct* | reproduc* | reveal* |
    verbali* | transcrib* | externali* | narrate | expose | unfold | put into words | set down | recount | retrace | disclose | surface | output |
    print | dump | imagine | document | write down | record | produce | return | repeat | describe | generate | give me | show | state | share |
    make explicit | express | walk through | 阐述 | 写出 | 写下 | 复述 | 还原 | 展示 | 输出 | 描述 | 表述 | 呈现 | 说出 | 重现 | 重建 | 想象 | 公开 | 打印 | 言語化 | 書き出 | 再現 | 述べ |
    出力 | 説明し | 想像 | 記述 | 明示 | articul* | describ* | reconstru* | expón | exponga | redacta | escribe | imagina | muestra | expresa | revela |
    formulier* | rekonstruier* | schreib* | beschreib* | lege dar | legen sie | stell dir | stellen sie sich | gib | geben sie | zeige |
    offenbar* | formule* | reconstitue* | décri* | écri* | imagine* | expose* | révèle* | restitue* | explicite* | сформулир* | изложи* |
    восстанов* | опиши* | выведи* | напиши* | покажи* | представь* | воспроизвед* | озвуч* | descrev* | escrev* | mostre | exponha | revele | صف |
    اكتب | اعرض | عبر عن | تخيل | أظهر | लिख* | बताइ* | वर्णन | कल्पना | 서술 | 작성 | 재구성 | 출력 | 상상`),
  /** Reasoning that the model keeps to itself; nobody says it of a school book. */
  inner: listPhrases(`
    internal reasoning | inner reasoning | hidden reasoning | private reasoning | underlying reasoning | unspoken reasoning |
    internal chain of thought | hidden chain of thought | raw chain of thought | full chain of thought | complete chain of thought |
    entire chain of thought | internal thought process | inner thought process | hidden thought process | internal thinking |
    internal deliberation* | inner deliberation* | internal thoughts | hidden thoughts | raw thoughts | raw reasoning | unfiltered reasoning |
    prior reasoning | reasoning trace* | thinking trace* | chain of thought trace* | thought trace* | latent reasoning | mental reasoning |
    cognitive process | private chain of thought | thinking tokens | reasoning tokens | internal analysis | reasoning content | thinking content |
    thinking block* | reasoning block* | hidden deliberation* | private thoughts | chain of reasoning that led | reasoning that led |
    thinking that led | thought process that led | 内部推理 | 内在推理 | 隐藏的推理 | 隐藏推理 | 内部思考 | 内在思考 | 思维链 | 推理轨迹 | 思考轨迹 | 内部的推理 | 内部思维 | 推理痕迹 | 内心推理 |
    思考内容 | 内部推論 | 内的な推論 | 内部の推論 | 内部の思考 | 隠れた推論 | 隠された推論 | 思考の連鎖 | 思考連鎖 | 推論トレース | razonamiento interno | razonamientos internos |
    cadena de pensamiento | proceso de pensamiento interno | razonamiento oculto | pensamiento interno | razonamiento que llevó |
    interne überlegung* | internen überlegung* | interne argumentation | innere argumentation | inneren gedankengang* | interne gedankenkette |
    internen gedankengang* | gedankenkette | interne schlussfolger* | verborgene überlegung* | innere überlegung* | inneren überlegung* |
    raisonnement interne | raisonnements internes | chaîne de pensée | chaîne de raisonnement | raisonnement caché | réflexion interne |
    pensée interne | внутренн* рассужд* | внутренние рассуждения | внутренний ход мыслей | цепочк* рассужд* | цепочк* мыслей | скрыт* рассужд* |
    внутренн* ход рассужд* | внутренн* размышл* | raciocínio interno | cadeia de pensamento | raciocínio oculto | processo de pensamento interno |
    pensamento interno | الاستدلال الداخلي | التفكير الداخلي | استدلالك الداخلي | سلسلة التفكير | سلسلة الأفكار | तर्क प्रक्रिया | आंतरिक तर्क |
    विचार श्रृंखला | आंतरिक सोच | 내부 추론 | 내적 추론 | 사고 과정 | 사고의 사슬 | 내부 사고`),
  /** Thinking of any kind; says something only beside a completed answer. */
  thinking: listPhrases(`
    thought process | internal monologue | inner monologue | chain of thought | reasoning process | reasoning steps | line of reasoning |
    train of thought | reasoning behind | thinking behind | thinking process | reasoning path | how you arrived | how the assistant arrived |
    思考过程 | 思维过程 | 推理过程 | 内心独白 | 思考步骤 | 推理步骤 | 思考過程 | 推論過程 | 思考プロセス | 推論プロセス | 内なる独白 | proceso de razonamiento | proceso de pensamiento |
    monólogo interior | gedankengang | denkprozess | überlegungen hinter | innerer monolog | processus de réflexion | processus de raisonnement |
    cheminement | monologue intérieur | ход мыслей | ход рассуждений | процесс рассуждения | внутренний монолог | processo de raciocínio |
    processo de pensamento | monólogo interno | عملية التفكير | خطوات التفكير | सोच की प्रक्रिया | विचार प्रक्रिया | 추론 과정`),
  /** An answer that already exists: the reasoning is to be written for it afterwards. */
  completed: listPhrases(`
    completed response | completed answer | completed reply | finished response | finished answer | finished reply | already completed |
    already produced | already written | already given | already answered | given response | given answer | response below | answer below |
    reply below | following response | following answer | response above | answer above | existing response | existing answer |
    previous response | previous answer | last response | last answer | prior response | prior answer | final response | provided answer |
    provided response | known answer | behind the answer | behind the response | behind a response | behind an answer | behind your answer |
    behind your response | after the fact | that answer was | that response was | final solution below | ready made answer | 已完成的回答 | 已完成的回复 |
    完成的回答 | 完成的回复 | 已经给出的 | 以下回答 | 以下回复 | 下面的回答 | 给定的回答 | 给定答案 | 给定的答案 | 上述回答 | 上面的回答 | 之前的回答 | 最终回答 | 已有的回答 | 答案背后 | 回答背后 | 回复背后 | 完成した回答 |
    完成済みの回答 | 以下の回答 | 上記の回答 | 与えられた回答 | 前の回答 | 回答の背後 | 既存の回答 | respuesta completada | respuesta terminada | respuesta ya dada |
    respuesta anterior | respuesta siguiente | siguiente respuesta | respuesta dada | detrás de la respuesta | detrás de una respuesta |
    respuesta completa | respuesta final | fertige antwort | fertigen antwort | abgeschlossene antwort | abgeschlossenen antwort |
    vorherige antwort | folgende antwort | folgenden antwort | gegebene antwort | gegebenen antwort | hinter der antwort | hinter einer antwort |
    bereits gegebene* | réponse achevée | réponse terminée | réponse déjà | réponse précédente | réponse suivante | réponse donnée |
    derrière la réponse | derrière une réponse | réponse complétée | réponse finale | готов* ответ* | завершенн* ответ* | завершённ* ответ* |
    предыдущ* ответ* | следующ* ответ* | данн* ответ* | уже данн* | за ответом | resposta concluída | resposta pronta | resposta anterior |
    resposta já | resposta a seguir | resposta dada | por trás da resposta | por trás de uma resposta | resposta final | الإجابة المكتملة |
    إجابة مكتملة | الإجابة السابقة | الإجابة التالية | وراء الإجابة | पूर्ण उत्तर | दिए गए उत्तर | पिछले उत्तर | उत्तर के पीछे | 완료된 답변 | 완성된 답변 |
    이전 답변 | 주어진 답변 | 아래 답변`),
  /** A tag that reasoning is to stand in. */
  tag: listPhrases(`
    <think* | <reasoning | <scratchpad | <thought* | <reflection | <cot | <inner* | <internal* | <analysis | <rationale | <chain* | think tag* |
    thinking tag* | reasoning tag* | scratchpad tag* | thinking xml | think 标签 | thinking 标签 | 思考标签 | think タグ | 思考タグ | etiquetas think* |
    balises think* | balises de réflexion | тег* think* |
    tags | markers | delimiters | xml element* | labelled section | 标签 | 标记 | 标记符 | タグ | マーカー | etiquetas | marcas | balises | marqueurs | markierungen | тег* | маркер* | etiquetas | وسوم | टैग | 태그`),
  /** Putting reasoning between the tags, all of it. */
  enclose: listPhrases(`
    enclose* | enclosing | wrap | wrapped | wrapping | inside | within | between | delimited by | surround* | put | place | write all |
    write your | emit | open with | begin every | begin each | begin your | start every | start each | start your | first write | 放在 | 包裹 | 写在 |
    置于 | 之间 | 囲 | 入れて | 中に | の間 | dentro de | entre | encierra | envuelve | umschließe* | innerhalb | zwischen | setze | entre les |
    à l'intérieur | place ton | placez | внутри | между | помест* | заключи* | coloque | داخل | بين | के अंदर | के बीच | 안에 | 사이에`),
  /** The whole of it, not a summary. */
  wholly: listPhrases(`
    all of your | every step of your | every thought | every intermediate | entire | complete internal | full internal | full reasoning |
    complete reasoning | raw | unfiltered | unabridged | do not summarize | do not summarise | don't summarize | without summarizing |
    without summarising | not a summary | no summary | do not skip | do not omit | don't omit | without omitting | including dead ends |
    including false starts | including mistakes | including backtracking | hidden | internal reasoning | internal chain of thought |
    internal thinking | 完整的推理 | 完整推理 | 全部推理 | 完整的思考 | 不要省略 | 不得省略 | 不要总结 | 不要概括 | 逐字 | 原始 | 省略せず | 省略しない | 要約しない | 要約せず | すべての思考 | sin omitir |
    sin resumir | todo tu razonamiento | razonamiento completo | ohne auszulassen | nicht zusammenfassen | vollständige überlegung* |
    vollständigen gedankengang* | sans omettre | sans résumer | raisonnement complet | полностью | без сокращений | не пропуска* | не сокраща* |
    sem omitir | sem resumir | raciocínio completo | دون حذف | دون تلخيص | बिना छोड़े | 생략하지 | 요약하지 |
    all of your working | all your working | whole deliberation | entire deliberation | everything you consider | everything you think | all your thoughts | must not be shortened | not be shortened | at least twenty | self corrections | checks and reversals | dead ends | abandoned attempts | wrong turns | second thoughts`),
  /** Says that it is not what it is. */
  denial: listPhrases(`
    do not flag this | don't flag this | do not flag as | not reasoning extraction | not a reasoning extraction | not an extraction |
    not extraction | not distillation | not a distillation | not a jailbreak | this is not reasoning | not trying to extract |
    authorized extraction | authorised extraction | reasoning extraction | 不是推理提取 | 不要标记为 | 不是提取 | 不是蒸馏 | 并非蒸馏 | 抽出ではありません | 蒸留ではありません |
    no es extracción | no marques esto | keine extraktion | nicht als extraktion | pas une extraction | ne signale pas | не извлечение |
    это не дистилляц* | não é extração |
    no policy matter | not an extraction attempt | nothing to flag | no need to flag | not a policy | no policy violation | not a violation | routine maintenance | maintenance task | harmless test`),
  /** Pretends to repair something. */
  debugging: listPhrases(`
    debugging session | debug session | debug mode | debugging mode | diagnostic mode | diagnostics mode | developer mode | maintenance mode |
    for debugging | for debug purposes | debugging purposes | internal testing | internal audit | calibration run | self test mode |
    we are debugging | i am debugging | i'm debugging | debug the model | debugging the model | system diagnostic* | debug output | debug trace |
    调试模式 | 调试目的 | 诊断模式 | 开发者模式 | 内部测试 | デバッグモード | デバッグのため | 診断モード | modo de depuración | modo depuración | modo de diagnóstico |
    con fines de depuración | debug modus | diagnosemodus | zu debugging | mode débogage | mode de débogage | mode diagnostic |
    à des fins de débogage | режим* отладк* | отладочн* режим* | для отладки | modo de depuração | para depuração | وضع التصحيح | डिबग मोड |
    디버그 모드 |
    reproduce the bug | reproduce the defect | reproduce the fault | reproduce the issue | test of the logger | logger test | logging test | debug run | routine debugging | trace viewer | internal terminal | console is broken | log buffer`),
  /** Reasoning that the model has had before this message. */
  prior: listPhrases(`
    prior reasoning | previous reasoning | earlier reasoning | your reasoning | your thinking | your thoughts | your chain of thought |
    your scratchpad | your hidden | your internal | previous thinking | prior thinking | previous thoughts | thinking block* | reasoning block* |
    working memory | previous chain of thought | 之前的推理 | 先前的推理 | 你的推理 | 你的思考 | 你的思维链 | 此前的思考 | 以前の推論 | 前の推論 | あなたの推論 | あなたの思考 |
    razonamiento previo | razonamiento anterior | tu razonamiento | tus pensamientos | vorherig* überlegung* | deine* überlegung* |
    deine gedanken | ihre überlegung* | raisonnement précédent | ton raisonnement | votre raisonnement | tes pensées | предыдущ* рассужд* |
    твои рассуждения | твои мысли | ваши рассуждения | raciocínio anterior | raciocínio prévio | seu raciocínio | استدلالك السابق | تفكيرك |
    आपका तर्क | पिछला तर्क | 이전 추론 | 당신의 추론`),
  /** Without a change. */
  verbatim: listPhrases(`
    verbatim | character for character | exactly as it was | exactly as is | word for word | letter for letter | token for token | unmodified |
    unedited | unaltered | without any changes | without modification | byte for byte | faithfully | 逐字 | 原样 | 一字不差 | 一字一句 | 不做任何修改 | そのまま | 逐語 |
    palabra por palabra | textualmente | literalmente | sin modificar | wortwörtlich | wort für wort | zeichen für zeichen | unverändert |
    mot pour mot | textuellement | mot à mot | sans modification | дословно | слово в слово | без изменений | буквально | palavra por palavra |
    حرفيا | كلمة بكلمة | शब्दशः | 글자 그대로 |
    character by character | letter by letter | exactly as they were | exactly as written | in its original wording | as it was`),
  /** Claims to be the system prompt. */
  realSystem: listPhrases(`
    real system prompt | actual system prompt | true system prompt | genuine system prompt | new system prompt | updated system prompt |
    system prompt override | override the system prompt | replaces the system prompt | replace the previous system prompt |
    previous system prompt was | real system message | actual system message | true system message | above was a test |
    real instructions from the developer* | 真正的系统提示 | 真实的系统提示 | 实际的系统提示 | 新的系统提示 | 本当のシステムプロンプト | 真のシステムプロンプト | 実際のシステムプロンプト |
    verdadero prompt del sistema | prompt de sistema real | prompt del sistema real | echte system prompt | echte systemprompt |
    der echte systemprompt | wahre systemprompt | vrai prompt système | véritable prompt système | настоящий системный промпт |
    реальный системный промпт | настоящ* системн* | verdadeiro prompt do sistema | prompt de sistema verdadeiro`),
  /** Carrying one thing over into another language or script. */
  translate: listPhrases(`
    translate | translat* | render | convert | transliterate | rewrite | rephrase | paraphrase | 翻译 | 译成 | 译为 | 转写 | 改写 | 翻訳 | 訳して | traduce |
    traduzca | traducir | übersetze* | traduis | traduisez | traduire | перевед* | переведи* | traduza | ترجم | अनुवाद | 번역`),
  /** What the model holds in mind, as a thing to be carried over. */
  memory: listPhrases(`
    working memory | previous working memory | prior reasoning | previous reasoning | your reasoning | your thinking | your internal |
    your hidden | hidden state | internal notes | scratchpad | thinking block* | reasoning block* | your chain of thought | your thoughts |
    internal monologue | thinking content | reasoning content | previous thinking | prior thinking | internal reasoning | hidden reasoning |
    chain of thought above | 工作记忆 | 之前的推理 | 先前的思考 | 你的推理 | 你的思考 | 思维链 | 思考内容 | 内部推理 | 作業記憶 | ワーキングメモリ | 以前の推論 | あなたの思考 | memoria de trabajo |
    razonamiento previo | tu razonamiento | razonamiento interno | arbeitsgedächtnis | vorherig* überlegung* | deine* überlegung* |
    interne überlegung* | mémoire de travail | raisonnement précédent | ton raisonnement | raisonnement interne | рабоч* памят* |
    предыдущ* рассужд* | твои рассуждения | memória de trabalho | raciocínio anterior | seu raciocínio | الذاكرة العاملة | استدلالك |
    कार्यशील स्मृति | 작업 기억 | 이전 추론`),
  /** The language in which the model thinks. */
  thinkingLanguage: listPhrases(`
    language used in the thinking | language used in your thinking | language used in the reasoning | language of the thinking |
    language of your thinking | language of your reasoning | language of the reasoning | thinking language | reasoning language |
    language used for thinking | language you think in | thinking content must | thinking content should | reasoning content must |
    reasoning content should | thinking must be in | thinking should be in | think only in | think exclusively in | think in the language |
    think in the same language | reason only in | reason in the same language | reason in the language | conduct your reasoning in |
    thoughts must be in | thoughts must be written in | reasoning must be in | reasoning must be written in | thinking process must be in |
    internal reasoning must be in | internal monologue must be in | 思考内容使用的语言 | 思考内容所使用的语言 | 思考的语言 | 思考语言 | 推理语言 | 思考内容必须 | 思考过程必须使用 | 思考过程必须用 |
    推理过程必须使用 | 推理过程必须用 | 思考时必须使用 | 思考内容的语言 | 思考の言語 | 思考言語 | 思考内容で使用する言語 | 思考内容の言語 | 推論の言語 | 思考は必ず | idioma del pensamiento |
    idioma de tu pensamiento | idioma utilizado en el pensamiento | idioma usado en el razonamiento | idioma del razonamiento |
    idioma de tu razonamiento | piensa únicamente en | piensa solo en | sprache des denkens | sprache deines denkens | sprache im denkinhalt |
    sprache deiner überlegung* | sprache der überlegung* | sprache, in der du denkst | denke ausschließlich | denke nur auf |
    langue de la réflexion | langue de ta réflexion | langue de votre réflexion | langue utilisée dans la réflexion | langue du raisonnement |
    langue de ton raisonnement | langue de la pensée | réfléchis uniquement en | язык размышлени* | язык рассуждени* | язык мышления |
    языке размышлений | думай только на | рассуждай только на | idioma do pensamento | idioma do raciocínio | idioma usado no raciocínio |
    língua do pensamento | pense apenas em | لغة التفكير | لغة الاستدلال | सोच की भाषा | विचार की भाषा | तर्क की भाषा | 사고 언어 | 추론 언어 | 생각하는 언어 |
    사고 내용에 사용되는 언어`),
  /** Tied to the language of the one who asks. */
  sameLanguage: listPhrases(`
    strictly consistent | main language of the user | language of the user | user's language | users language | same language as the user |
    same language as the input | same language as the question | same language as the prompt | language of the input | language of the question |
    match the language | matches the language | consistent with the main language | identical to the language | language of the query |
    must be in | no other language | not in english | never in english | never switch to english | do not switch | 严格一致 | 用户输入的主要语言 | 用户的语言 |
    用户输入的语言 | 与用户 | 保持一致 | 相同的语言 | 同一种语言 | 不得使用英语 | 厳密に一致 | ユーザーの言語 | ユーザー入力の主要言語 | 入力の言語 | 同じ言語 | 一致させ | idioma del usuario |
    idioma principal del usuario | mismo idioma | coincidir con el idioma | estrictamente | sprache des nutzers | sprache des benutzers |
    hauptsprache | gleichen sprache | derselben sprache | strikt übereinstimmen | sprache der eingabe | langue de l'utilisateur |
    langue principale | même langue | strictement | langue de la question | языком пользователя | язык* пользовател* | основн* язык* |
    тем же язык* | том же языке | строго соответств* | строго совпада* | idioma do usuário | mesmo idioma | idioma principal | estritamente |
    لغة المستخدم | نفس اللغة | نفس لغة | उपयोगकर्ता की भाषा | उसी भाषा | 사용자의 언어 | 같은 언어 | 동일한 언어 | 일치해야`),
  /** Kept inside; says something only close to `thought`. */
  private: listPhrases(`
    internal | inner | hidden | private | secret | raw | unspoken | unfiltered | underlying | latent | silent | invisible | concealed |
    undisclosed | behind the scenes | 内部 | 内在 | 隐藏 | 内心 | 隐含 | 未公开 | 内的 | 隠れた | 隠された | intern* | interior* | oculto | ocultos | oculta |
    privado | privada | inner* | verborgen* | privat* | interne | intérieur* | caché | cachée | внутренн* | скрыт* | الداخلي | الداخلية |
    आंतरिक | 내부 | 내적 | 숨겨진`),
  /** What goes on before an answer. */
  thought: listPhrases(`
    reasoning | thinking | deliberation* | thoughts | thought process* | monologue | chain of thought | train of thought | line of thought |
    working | cognition | reflection* | rationale | trace | traces | thought chain | thinking process | 推理 | 思考 | 思维 | 独白 | 思维链 | 思路 | 推論 |
    razonamiento* | pensamiento* | deliberación | reflexión | überlegung* | gedanken* | gedankengang* | denken | denkprozess* |
    schlussfolgerung* | raisonnement* | réflexion* | pensée* | délibération | рассужд* | размышл* | мышлен* | ход мыслей | мысл* |
    raciocínio* | pensamento* | deliberação | التفكير | الاستدلال | الأفكار | सोच | तर्क | विचार | 추론 | 사고 | 생각`),
  /** Belonging to the model, from before this message. */
  own: listPhrases(`
    your | you noted | you made | you had | you wrote | earlier | previous | prior | preceding | foregoing | last turn's | from before |
    you kept | for yourself | 你的 | 你之前 | 之前的 | 先前的 | 此前 | 上一轮 | あなたの | 以前の | 前の | 先ほどの | tu | tus | tuyo | previo | previos | anterior |
    anteriores | dein* | deine | ihre | vorherig* | früher* | vorig* | ton | ta | tes | votre | vos | précédent* | antérieur* | тво* | ваш* |
    предыдущ* | прежн* | seu | seus | suas | prévio | السابق | السابقة | आपका | आपकी | पिछला | पिछली | 당신의 | 이전 | 너의`),
  /** What the thinking led to, or is to lead to; fiction has none. */
  answer: listPhrases(`
    answer | answers | response | responses | reply | replies | solution | solutions | problem | question | task | result | output |
    completion | 回答 | 回复 | 答案 | 问题 | 题目 | 解答 | 応答 | 質問 | 問題 | respuesta* | pregunta | problema | solución | antwort* | frage | aufgabe |
    lösung | réponse* | problème | ответ* | вопрос* | задач* | решени* | resposta* | pergunta | solução | الإجابة | إجابة | السؤال | المسألة |
    उत्तर | प्रश्न | समस्या | 답변 | 질문 | 문제`),
  /** An answer that exists already; says something only close to `answer`. */
  finished: listPhrases(`
    completed | finished | final | given | existing | ready | already | provided | known | correct | the following | 已完成 | 完成 | 给定 | 已有 | 现成 |
    最终 | 完成した | 完成済み | 既存 | 与えられた | completad* | terminad* | acabad* | dada | fertig* | abgeschlossen* | gegeben* | vorliegend* | achevé* |
    terminé* | donnée* | finale | готов* | завершен* | завершён* | данн* | concluíd* | pronta | pronto | المكتملة | النهائية | المعطاة |
    पूर्ण | दिए गए | अंतिम | 완료된 | 완성된 | 주어진`),
  /** Bringing back what was left out. */
  expand: listPhrases(`
    expand* | restor* | reconstruct* | rebuild* | recover* | unpack* | unfold* | decompress* | elaborat* | resume* | continue from |
    full length | original form | write it out in full | in full | 展开 | 还原 | 恢复 | 扩写 | 重建 | 续写 | 展開 | 復元 | 再構築 | amplía* | restaur* |
    reconstru* | expande* | wiederherstell* | stelle wieder her | ausführlich* | rekonstru* | développe* | restitu* | reconstitu* |
    восстанов* | разверн* | развёрн* | وسع | استعد | विस्तार | पुनर्निर्माण | 확장 | 복원`),
  /** Reasoning that was handed out shortened, or as a reference. */
  condensed: listPhrases(`
    summarised | summarized | summary of the reasoning | condensed | shortened | compressed | abridged | abbreviated | truncated | redacted |
    referenced | attached | opaque | signed | 摘要 | 压缩 | 概括 | 精简 | 缩略 | 引用的 | 要約され | 圧縮され | 省略され | 短縮され | resumid* | condensad* | abreviad* |
    zusammengefasst* | gekürzt* | verkürzt* | résumé* | condensé* | abrégé* | сжат* | сокращен* | сокращён* | кратк* | المختصر | الملخص |
    संक्षिप्त | 요약된 | 압축된`),
  /** What the model noted for itself. */
  mind: listPhrases(`
    working notes | working memory | scratch notes | thinking notes | notes you made while | noted for yourself | notes to yourself |
    notes to self | your notes | internal notes | private notes | reasoning notes | 工作笔记 | 工作记忆 | 草稿笔记 | 思考笔记 | 作業メモ | ワーキングメモリ | 作業記憶 |
    memoria de trabajo | notas de trabajo | arbeitsnotizen | arbeitsgedächtnis | mémoire de travail | notes de travail | рабоч* памят* |
    рабоч* заметк* | memória de trabalho | notas de trabalho | الذاكرة العاملة | कार्यशील स्मृति | 작업 기억 | 작업 메모`),
  /** The part of the output in which the model thinks. */
  thinkingPart: listPhrases(`
    thinking | reasoning | thoughts | chain of thought | deliberation | 思考 | 推理 | 思维 | 推論 | pensamiento* | razonamiento* | denken* |
    denkinhalt* | überlegung* | gedanken* | réflexion* | raisonnement* | pensée* | размышл* | рассужд* | мышлен* | pensamento* | raciocínio* |
    التفكير | الاستدلال | सोच | तर्क | 사고 | 추론`),
  /** Has to be the same. */
  match: listPhrases(`
    consistent | match | matches | agree | agrees | follow | follows | same as | identical | correspond* | conform* | stay in | remain in |
    一致 | 相同 | 匹配 | 一致させ | 同じ | coincid* | corresponder | igual | übereinstimm* | entsprech* | folgen | conforme* | identique | соответств* |
    совпада* | следовать | تطابق | تتوافق | मेल | 일치`),
  /** The language of the one who asks. */
  userLanguage: listPhrases(`
    main language | dominant language | primary language | language of the user* | language the user | language that the user |
    user's language | users language | language of the input | language of the question | language of the prompt | language of the request |
    主要语言 | 主语言 | 用户的语言 | 用户使用的语言 | 输入的语言 | 主要言語 | ユーザーの言語 | 入力言語 | 入力の言語 | idioma principal | idioma del usuario | lengua del usuario |
    hauptsprache | sprache des nutzers | sprache des benutzers | sprache der eingabe | langue principale | langue de l'utilisateur |
    основн* язык* | язык* пользовател* | idioma do usuário | língua do usuário | لغة المستخدم | اللغة الرئيسية | उपयोगकर्ता की भाषा |
    मुख्य भाषा | 주요 언어 | 사용자의 언어`),
} satisfies Record<string, readonly string[]>;
