import { listPhrases, matchRules, type PhraseRule, type RequestDetection, type RequestFinding, type RequestText } from "../../sdk/index.js";

const phrases = {
  /** Asking which model answers. */
  identity: listPhrases(`
    which model are you | what model are you | which model is this | what model is this | which language model are you | what language model are you | which llm are you | what llm are you | which ai model | model name | model identifier | model id | model version | which version are you | what version are you | your version | your model name | name of the model | identify yourself | who trained you | who developed you | which company trained you | are you gpt* | are you claude | are you gemini | are you really | underlying model | base model are you | model you are running | model is answering
    你是什么模型 | 你是哪个模型 | 你是哪一个模型 | 模型名称 | 模型版本 | 模型标识 | 你的版本 | 底层模型 | 谁训练了你 | どのモデル | モデル名 | モデルのバージョン | あなたのバージョン | 基盤モデル | qué modelo eres | nombre del modelo | versión del modelo | welches modell bist du | modellname | modellversion | quel modèle es tu | quel modèle êtes vous | nom du modèle | version du modèle
    какая ты модель | какой ты модел* | название модели | верси* модели | qual modelo você | nome do modelo | versão do modelo | ما هو النموذج | اسم النموذج | إصدار النموذج | कौन सा मॉडल | मॉडल का नाम | मॉडल संस्करण | 어떤 모델 | 모델 이름 | 모델 버전`),
  /** Wanting it machine-readable, exact, and nothing else. */
  exact: listPhrases(`
    exact | exactly | precise | only the | answer only | reply only | respond only | reply with only | nothing else | no other text | no explanation | one word | single line | single word | in json | as json | verbatim | version string | release date | knowledge cutoff | training cutoff | parameter count | build number | api name | snapshot | checkpoint | do not add
    确切 | 准确的 | 只回答 | 仅回答 | 只输出 | 仅输出 | 不要解释 | 一个词 | 知识截止 | 正確な | だけを | のみを | 説明は不要 | 知識カットオフ | exacto | exacta | solo el | únicamente | sin explicación | genau* | exakt* | nur den | nur die | ohne erklärung | exact* | uniquement | seulement | sans explication | точн* | только | без пояснен* | exato | exata | apenas o | somente | فقط | بالضبط | सटीक | केवल | 정확한 | 만 답`),
} satisfies Record<string, readonly string[]>;

const detection: RequestDetection = {
  name: "model-identity-probe",
  title: "Model identity probe",
  maturity: "shadow",
  level: "request",
  group: "content",
  spoofable: 3,
  looksFor:
    "Short requests that want the model's exact name or version in a form a program reads: a dispatcher checks that a relay or a replaced account still reaches the model it harvests.",
  innocentTwins: [
    "A curious person who asks which model answers: not in a form a program reads.",
    "A developer who asks about a field called model name in own code: the request is long, or about code.",
  ],
  sources: ["CISA, NSA and FBI, AA26-251A, 8 September 2026: prompts that test the model's identity."],
  thresholds: {
    promptChars: {
      value: 400,
      unit: "characters",
      why: "A probe is one or two sentences; a longer prompt uses the words for something else.",
    },
    clauseWords: {
      value: 12,
      unit: "words",
      why: "Question and form of the answer stand in one or two sentences: the longest fixture needs 5.",
    },
  },
  techniques: ["model_identity_probe"],
  phrases,
  inspect,
};

const promptCharsMax = detection.thresholds["promptChars"].value;
const rules: readonly PhraseRule[] = [
  { technique: "model_identity_probe", groups: ["identity", "exact"], windowWords: detection.thresholds["clauseWords"].value },
];

function inspect(text: RequestText): RequestFinding | null {
  if (text.prompt.length > promptCharsMax) return null;
  const techniques = matchRules(text.heard, rules);
  return techniques.length === 0 ? null : { techniques };
}

export default detection;
