import { listPhrases, matchRules, type PhraseRule, type RequestDetection, type RequestFinding, type RequestText } from "../../sdk/index.js";

const phrases = {
  /** Turning one text into another. */
  rewrite: listPhrases(`
    compose | write a reply | write a response | revise | revises | edit | edits | draft | drafts | write an answer | rewrite | rewrites | rewriting | rephrase* | reformulat* | generate alternative* | alternative* to | safe version | safe answer* | safe response* | safe alternative* | convert | transform | replace | steer* | deflect* | produce | generate | sanitize* | sanitise* | rework | redirect | respond to | how to answer | answer the following
    改写 | 重写 | 改成 | 替换 | 转换 | 安全回答 | 安全回复 | 安全的回答 | 安全的回复 | 引导 | 润色 | 如何回答 | 書き換え | 言い換え | 書き直 | 置き換え | reescrib* | reformul* | respuesta segura | reescrev* | resposta segura
    umschreib* | formuliere um | umformulier* | schreib* * um | sichere antwort* | réécri* | reformule* | réponse sûre | réponses sûres | переписа* | перепиши* | переформулир* | безопасн* ответ* | أعد صياغة | أعد كتابة | पुनः लिख* | फिर से लिख* | 다시 작성 | 바꿔 | 재작성`),
  /** A question put to a model, or its answer: the object of a censored model's training. */
  query: listPhrases(`
    question* | query | queries | prompt | prompts | user input* | answer | answers | response | responses | request | requests | reply | replies
    问题 | 提问 | 查询 | 回答 | 回复 | 提示 | 質問 | 回答 | 応答 | pregunta* | consulta* | respuesta* | frage* | anfrage* | antwort* | requête* | réponse* | вопрос* | запрос* | ответ* | pergunta* | resposta* | سؤال | الأسئلة | إجابة | प्रश्न | उत्तर | 질문 | 답변`),
  /** What must not be said. */
  sensitive: listPhrases(`
    politically sensitive | political sensitiv* | sensitive political | politically controversial | sensitive topic* | sensitive content | sensitive question* | sensitive quer* | sensitive issue* | forbidden topic* | taboo topic* | dissident* | party leader* | authoritarian* | one party rule | tiananmen | june fourth | falun gong | xinjiang | uyghur* | tibet* independence | taiwan independence | hong kong protest* | state leader* | exiles | leaders who fell | censorship of | banned march* | banned demonstration* | contested election* | banned book* | sensitive points | banned organization* | banned organisation* | state censorship | human rights abuse* | criticism of the government | criticise the government | criticize the government | regime criti* | political prisoner* | censored topic*
    政治敏感 | 敏感话题 | 敏感问题 | 敏感内容 | 敏感词 | 涉政 | 异见人士 | 持不同政见 | 党和国家领导人 | 国家领导人 | 威权 | 专制 | 天安门 | 六四 | 法轮功 | 新疆 | 西藏独立 | 台独 | 台湾独立 | 香港抗议 | 政治的に敏感 | 政治的にセンシティブ | 敏感な政治 | 反体制 | 党指導者 | 権威主義
    políticamente sensible* | políticamente delicad* | temas sensibles | disidente* | autoritari* | politisch heikl* | politisch sensib* | politisch brisant* | dissident* | autoritär* | politiquement sensible* | sujets sensibles | dissident* | autoritaire* | политически чувствительн* | политически остр* | диссидент* | авторитар* | politicamente sensíve* | dissidente* | autoritári* | حساس سياسيا | الحساسة سياسيا | المعارضين | राजनीतिक रूप से संवेदनशील | असंतुष्ट | 정치적으로 민감 | 반체제 | 권위주의`),
  /** What the result must be. */
  safe: listPhrases(`
    censorship safe | censor safe | pass censorship | passes censorship | pass content review | content review | compliant | compliance with regulations | complies with | safe alternative* | safe version | safe answer* | safe response* | safe quer* | safe question* | safe to answer | safe for | acceptable version | acceptable to | harmless version | harmless alternative* | harmless | non sensitive | not sensitive | avoid sensitive | avoids sensitive | does not mention | without mentioning | without touching | no offence | no offense | every censor | the censors | avoids all sensitive | cause offence | offend the authorities | polite and neutral | harmless ground | editorial review | inoffensive | uncontroversial | without taking sides | avoid criticis* | avoid criticiz* | positive energy | socialist values | core values | official position | official narrative | official line | does not offend the authorities | steer the conversation away | away from the topic
    安全的 | 安全版本 | 安全回答 | 安全回复 | 合规 | 符合规定 | 符合法规 | 通过审核 | 不敏感 | 无害 | 正能量 | 核心价值观 | 官方立场 | 官方口径 | 避免提及 | 不涉及 | 回避 | 検閲 | 無害 | 安全な | 規制に準拠 | 公式見解 | 触れない
    segur* | inofensiv* | conforme a la censura | posición oficial | unbedenklich* | zensurkonform* | harmlos* | offizielle linie | offiziellen position | sichere antwort* | sûre | sûres | inoffensi* | conforme à la censure | position officielle | безопасн* | безобидн* | официальн* позици* | проход* цензур* | seguro | seguras | posição oficial | آمنة | الموقف الرسمي | सुरक्षित | आधिकारिक | 안전한 | 검열 | 공식 입장 | 무해한`),
} satisfies Record<string, readonly string[]>;

const detection: RequestDetection = {
  name: "safe-rewrite",
  title: "Politically safe rewrites",
  maturity: "shadow",
  level: "request",
  group: "content",
  spoofable: 2,
  looksFor:
    "Requests that turn politically sensitive questions or answers into ones a censor would pass: training material for a model that steers away.",
  innocentTwins: [
    "A journalist who wants a neutral summary of a political event: no question or answer is made safe.",
    "A teacher who asks for a classroom-safe version of a story: nothing political.",
    "A researcher who asks about censorship: nothing is rewritten.",
  ],
  sources: [
    "Anthropic, 23 February 2026: censorship-safe alternatives to politically sensitive queries, such as questions about dissidents, party leaders or authoritarianism.",
  ],
  thresholds: {
    passageWords: {
      value: 25,
      unit: "words",
      why: "Verb, object, subject matter and condition stand in one or two sentences: the longest fixture needs 11.5.",
    },
  },
  techniques: ["safe_rewrite"],
  phrases,
  inspect,
};

const rules: readonly PhraseRule[] = [
  {
    technique: "safe_rewrite",
    groups: ["rewrite", "query", "sensitive", "safe"],
    windowWords: detection.thresholds["passageWords"].value,
  },
];

function inspect(text: RequestText): RequestFinding | null {
  const techniques = matchRules(text.heard, rules);
  return techniques.length === 0 ? null : { techniques, capability: "safe_rewrite" };
}

export default detection;
