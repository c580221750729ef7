import { listPhrases, matchRules, type PhraseRule, type RequestDetection, type RequestFinding, type RequestText } from "../../sdk/index.js";

const phrases = {
  /** What a person sees on a screen. */
  screen: listPhrases(`
    screenshot* | screen capture* | screen image* | accessibility tree | ui element* | gui element* | user interface element* | gui agent* | gui task* | computer use | computer using | desktop environment | browser environment | web page screenshot | mobile screen* | set of marks | dom tree | interactable element* | clickable element*
    截图 | 屏幕截图 | 屏幕截屏 | 界面元素 | 图形界面 | 桌面环境 | 浏览器环境 | 无障碍树 | 可点击元素 | 可交互元素 | スクリーンショット | 画面キャプチャ | ui要素 | gui要素 | デスクトップ環境 | アクセシビリティツリー | クリック可能な要素
    captura de pantalla | capturas de pantalla | elementos de la interfaz | bildschirmfoto* | bildschirmaufnahme* | oberflächenelement* | ui elemente | capture d'écran | captures d'écran | éléments d'interface | скриншот* | снимк* экрана | элемент* интерфейса | captura de tela | capturas de tela | elementos da interface | لقطة شاشة | لقطة الشاشة | عناصر الواجهة | स्क्रीनशॉट | 스크린샷 | 화면 캡처 | ui 요소`),
  /** What is done on it. */
  action: listPhrases(`
    click coordinate* | coordinates | pixel coordinate* | x and y | x y | bounding box* | next action | next step action | action sequence | sequence of actions | mouse click* | mouse and keyboard | keyboard action* | click type scroll | click scroll type | click action* | low level action* | pyautogui | action space | element to click | where to click | left click | double click
    点击坐标 | 坐标 | 边界框 | 下一步操作 | 下一个动作 | 操作序列 | 动作序列 | 鼠标点击 | 键盘操作 | 点击位置 | クリック座標 | 座標 | 次のアクション | 次の操作 | 操作手順 | バウンディングボックス | マウス操作
    coordenadas | siguiente acción | próxima acción | secuencia de acciones | klickkoordinat* | koordinaten | nächste aktion | aktionsfolge | coordonnées | prochaine action | action suivante | séquence d'actions | координат* | следующ* действи* | последовательност* действий | próxima ação | sequência de ações | إحداثيات | الإجراء التالي | निर्देशांक | अगली क्रिया | 좌표 | 다음 동작 | 행동 순서`),
  /** Kept as material. */
  harvest: listPhrases(`
    trajectory | trajectories | demonstration* | annotat* | ground truth | grounding data | training data | training example* | training sample* | dataset | data set | for training | label each | label every | label the | episode* | rollout* | record the thought | thought and action | thought action | reasoning for each step | rationale for each | rationale for every | explain each action | explain every action | state action pair* | instruction tuning | gui agent training | train a gui | train an agent | train our agent | expert trace* | for every element | for each element | every interactable | all interactable | exhaustively
    轨迹 | 演示数据 | 标注 | 训练数据 | 数据集 | 用于训练 | 每一步的理由 | 每一步的推理 | 思考和动作 | 思考与动作 | 每个元素 | 軌跡 | 注釈 | アノテーション | 学習データ | 訓練データ | データセット | 各ステップの理由 | すべての要素
    trayectoria* | anotacion* | anota | conjunto de datos | datos de entrenamiento | trajektorie* | annotier* | trainingsdaten | datensatz | begründung für jeden | trajectoire* | annote* | jeu de données | données d'entraînement | траектори* | разметк* | размет* | обучающ* данн* | датасет* | trajetória* | anote | conjunto de dados | dados de treinamento | مسار | مجموعة بيانات | بيانات التدريب | प्रशिक्षण डेटा | डेटासेट | 궤적 | 학습 데이터 | 데이터셋 | 주석`),
} satisfies Record<string, readonly string[]>;

const detection: RequestDetection = {
  name: "computer-use-harvest",
  title: "Computer-use harvesting",
  maturity: "shadow",
  level: "request",
  group: "content",
  spoofable: 2,
  looksFor:
    "Requests that turn screens into training material for a computer-using agent: what to click next, with a rationale, as a trajectory or for every element.",
  innocentTwins: [
    "A computer-use product at work: it acts on a screen and keeps no demonstrations.",
    "A tester who wants steps to reproduce a bug: no coordinates, no data set.",
    "A designer who asks for remarks on a screenshot.",
  ],
  sources: ["Anthropic, 23 February 2026: computer use among the capabilities of the second campaign."],
  thresholds: {
    passageWords: {
      value: 30,
      unit: "words",
      why: "Screen, action and what is kept stand in one paragraph of instructions: the longest fixture needs 14.",
    },
  },
  techniques: ["computer_use_harvest"],
  phrases,
  inspect,
};

const rules: readonly PhraseRule[] = [
  { technique: "computer_use_harvest", groups: ["screen", "action", "harvest"], windowWords: detection.thresholds["passageWords"].value },
];

function inspect(text: RequestText): RequestFinding | null {
  const techniques = matchRules(text.heard, rules);
  return techniques.length === 0 ? null : { techniques, capability: "computer_use" };
}

export default detection;
