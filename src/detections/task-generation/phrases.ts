import { listPhrases } from "../../sdk/index.js";

/** What the making of training material is recognised by, by role in the instruction. */
export const phrases = {
  /** Making something new. */
  create: listPhrases(`
    come up with | generate | generates | generating | create | creates | creating | produce | producing | synthesi* | write | compose | construct | invent | design | brainstorm | propose | simulate | augment | expand | evolve
    生成 | 创建 | 编写 | 构造 | 设计 | 合成 | 提出 | 想出 | 扩充 | 模拟 | 作成 | 生成 | 考案 | 合成 | シミュレート | genera | genere | generar | crea | cree | crear | inventa | elabora | sintetiza | simula
    erstelle* | erzeuge* | generiere* | entwirf | entwerfe* | erfinde* | simuliere* | génère* | génére* | crée* | créez | invente* | produis* | simule* | сгенерируй* | создай* | придумай* | составь* | сгенерир* | симулир* | gere | gerar | crie | criar | invente | أنشئ | ولد | قم بإنشاء | اكتب | बनाएं | बनाओ | उत्पन्न | तैयार करें | 생성 | 만들어 | 작성`),
  /** Tasks for a model, not for a class. */
  tasks: listPhrases(`
    task instructions | tasks instructions | instruction output pair* | instruction response pair* | instruction input output | instruction following | instructions for a language model | instructions for language models | new instruction | new instructions | user instructions | user prompts | synthetic prompts | synthetic user* | tasks for a language model | tasks for an ai | tasks for language models | prompts for a language model | prompts for an ai | example instances | labeled examples | labelled examples | seed tasks | seed instruction* | question answer pairs | qa pairs | question and answer pairs | prompt response pairs | preference pairs | conversations between a user and | dialogues between a user and | dialogs between a user and
    任务指令 | 指令数据 | 新的指令 | 指令和回答 | 指令与回答 | 指令-回答 | 问答对 | 种子任务 | 用户指令 | 多样化的指令 | 多样化的任务 | 提示词数据 | タスク指示 | 指示データ | 新しい指示 | 質問と回答のペア | 質問応答ペア | 多様なタスク | シードタスク
    instrucciones de tareas | pares de instrucción | pares de pregunta | nuevas instrucciones | aufgabenanweisungen | anweisungspaare | frage antwort paare | neue anweisungen | instructions de tâches | paires instruction | paires question | nouvelles instructions | инструкци* для модел* | пар* вопрос ответ | новых инструкций | заданий для модели | pares de pergunta | pares de instrução | instruções de tarefas | novas instruções | أزواج الأسئلة | تعليمات المهام | निर्देश जोड़े | प्रश्न उत्तर जोड़े | नए निर्देश | 작업 지시문 | 지시문 | 질문 답변 쌍 | 새로운 지시`),
  /** Material for training, said outright. */
  training: listPhrases(`
    training data | training examples | training samples | training set | training dataset | fine tuning | finetuning | fine tune | instruction tuning | sft data | sft dataset | supervised fine tuning | rlhf data | preference data | preference dataset | synthetic data | synthetic dataset | synthetic examples | self instruct | distillation data | distillation dataset | dataset for training | dataset to train | data to train | train a language model | train a model | train an llm | train our model | train a smaller model | student model
    训练数据 | 训练样本 | 训练集 | 微调数据 | 微调 | 合成数据 | 指令微调 | 蒸馏数据 | 训练模型 | 训练语言模型 | 学生模型 | 学習データ | 訓練データ | 合成データ | ファインチューニング | 微調整 | 蒸留データ | 生徒モデル
    datos de entrenamiento | datos sintéticos | ajuste fino | trainingsdaten | synthetische daten | feinabstimmung | données d'entraînement | données synthétiques | affinage | обучающ* данн* | обучающ* выборк* | синтетическ* данн* | дообучени* | dados de treinamento | dados de treino | dados sintéticos | ajuste fino | بيانات التدريب | بيانات تدريب | بيانات اصطناعية | प्रशिक्षण डेटा | सिंथेटिक डेटा | 학습 데이터 | 훈련 데이터 | 합성 데이터 | 파인튜닝`),
  /** Many of them, all unlike. */
  diverse: listPhrases(`
    diverse | diversity | varied | distinct | not to repeat | do not repeat | avoid repeat* | non overlapping | set of | batch of | as many as | at least ten | variety of | cover a wide range | wide range of | different domains | different topics | different difficulty | increasing difficulty | more complex | more challenging | jsonl | one per line | json list | json array | multiple examples | multiple labeled | at most two | numbered list of
    多样 | 不重复 | 不要重复 | 各不相同 | 一批 | 多个领域 | 不同领域 | 不同主题 | 难度递增 | 多様 | 重複しない | 異なる分野 | divers* | variad* | sin repetir | un conjunto de | vielfältig* | verschiedene* | ohne wiederholung* | eine reihe von | varié* | sans répét* | un ensemble de | разнообразн* | без повтор* | не повторя* | различн* | diversificad* | sem repetir | um conjunto de | متنوعة | دون تكرار | विविध | बिना दोहराए | 다양한 | 중복되지`),
  /** Sentences of the generators that most jobs copy. */
  scaffold: listPhrases(`
    come up with examples for the following tasks | can the following task be regarded as a classification task | given the classification task definition and the class labels | try not to repeat the verb for each instruction
    come up with a series of tasks | generate an input that corresponds to each of the class labels | produce multiple labeled examples following the format | generate at most two example instances | your job is to generate at most two
    given prompt into a more complex version | rewrite a given prompt into a more complex | create a brand new prompt | draw inspiration from the given prompt | you are asked to come up with a set of`),
  /** Courses of action with tools. */
  trajectory: listPhrases(`
    tool use trajector* | tool trajector* | tool calling trajector* | tool call trajector* | agent trajector* | agentic trajector* | action trajector* | trajectories | trajectory | tool use conversation* | tool calling conversation* | tool call sequence* | function call sequence* | function calling data | function calling dialog* | tool use data | tool use dialog* | api call sequence* | multi turn tool | simulated tool* | simulate the tool* | tool responses yourself | agent rollouts | rollouts | react traces | thought action observation
    工具调用轨迹 | 工具使用轨迹 | 智能体轨迹 | 轨迹数据 | 工具调用数据 | 函数调用数据 | 模拟工具 | ツール使用の軌跡 | ツール呼び出しの軌跡 | エージェントの軌跡 | ツール呼び出しデータ | trayectorias | trayectoria de herramientas | trajektorien | werkzeugaufruf* | trajectoires | appels d'outils | траектори* | вызов* инструмент* | trajetórias | chamadas de ferramentas | مسارات استخدام الأدوات | टूल उपयोग | 도구 사용 궤적 | 도구 호출`),
  /** Sentences of tree-searching trajectory generators. */
  search: listPhrases(`
    not the first time you try this task | previous trails failed | previous trials failed | actions that is different from all | actions that are different from all | previous action candidates | previous actions candidates | intermediate state of a trail | which trail is better | which trail is more close`),
} satisfies Record<string, readonly string[]>;
