import { listPhrases } from "../../sdk/index.js";

/** What grading for a reward model is recognised by, by role in the instruction. */
export const phrases = {
  /** Telling the model to judge. */
  judge: listPhrases(`
    checking the quality | mark the reply | mark the answer | mark the response | grade the reply | marker | impartial judge | fair judge | strict judge | expert judge | act as a judge | act as the judge | you are a judge | you are an evaluator | you are a grader | llm judge
    evaluate | evaluates | evaluating | assess | grade the | grade this | grade each | grades the | score the | score this | score each | rate the | rate this | rate each
    write critiques | write a critique | provide a critique | critique the | judge the | judge whether | judge how | grading assistant | reward model | verifier | verify whether | is the student's answer correct
    评判 | 评估 | 评价 | 打分 | 评分 | 裁判 | 判断以下 | 批改 | 評価 | 採点 | 審査 | 判定
    evalúa* | evalua* | califica* | puntúa* | juez imparcial | juzga* | bewerte* | beurteile* | unparteiisch* | benote* | évalue* | note la | notez | juge impartial | juge la | оцени* | беспристрастн* | поставь оценку
    avalie* | avalia* | pontue | juiz imparcial | قيم | قيّم | احكم | मूल्यांकन | 평가 | 채점 | 심사`),
  /** The answer that is judged: some model's, not the writer's own. */
  answer: listPhrases(`
    the reply | assistant's answer | ai assistants | assistant's response | assistant's answers | assistant's responses | ai assistant* | ai model* | submitted response | submitted answer | submitted solution | model response | model's response | model's answer | model answer | model output* | model's output*
    candidate response* | candidate answer* | candidate solution* | generated response* | generated answer* | generated text | system response | chatbot response | chatbot's response | student answer | student's answer | student response | reasoning trace | start of assistant* | completion below | response to evaluate | response to be evaluated
    response to the user | response to the query | response to the prompt | response to the instruction | quality of the response* | quality of the answer* | quality of responses | this solution | proposed solution | policy's response | the policy response | response under review | agent's response | agent's trajectory
    助手的回答 | 助手的回复 | 模型的回答 | 模型回答 | 模型的回复 | 模型输出 | 候选回答 | 候选答案 | 提交的回答 | 待评 | 学生答案 | 回答的质量 | 回复的质量 | アシスタントの回答 | モデルの回答 | モデルの出力 | 候補の回答 | 回答の品質 | 回答の質 | 提出された回答
    respuesta del asistente | respuesta del modelo | respuesta candidata | calidad de la respuesta | antwort des assistenten | antwort des modells | modellantwort | qualität der antwort | kandidatenantwort | réponse de l'assistant | réponse du modèle | réponse candidate | qualité de la réponse
    ответ* ассистент* | ответ* модел* | качеств* ответ* | ответ-кандидат | resposta do assistente | resposta do modelo | qualidade da resposta | إجابة المساعد | إجابة النموذج | جودة الإجابة | मॉडल के उत्तर | सहायक के उत्तर | उत्तर की गुणवत्ता | 모델의 답변 | 어시스턴트의 답변 | 답변의 품질 | 모델 답변`),
  /** A number or a fixed word as the result. */
  scale: listPhrases(`
    scale of | scale from | on a scale | from 1 to | from 0 to | 1 to 10 | 1 to 5 | 0 to 1 | 0 to 10 | 0 to 100 | between 0 | between 1 and | score between | 1-10 | 1-5 | 0-10 | rating | ratings | numeric score | integer score | final score | overall score | score | scores | points out of | out of 10 | out of 5 | likert | grade the response | true or false | true or 'false' | single number | only the number
    到10分 | 到5分 | 1到10 | 1到5 | 0到1 | 分数 | 评分 | 打分 | 满分 | 得分 | 点満点 | 点数 | スコア | 段階で | 段階評価 | から10 | から5
    en una escala | del 1 al | puntuación | de 1 a | skala von | punktzahl | auf einer skala | sur une échelle | une note | score entre | note de | по шкале | баллов | оценк* от | от 1 до | em uma escala | de 0 a | pontuação | nota de | على مقياس | من 1 إلى | درجة | पैमाने पर | अंक | 점수 | 척도 | 1에서`),
  /** What is looked at. */
  rubric: listPhrases(`
    rubric | rubrics | grading criteria | evaluation criteria | scoring criteria | following criteria | marking scheme | checklist | helpfulness relevance | helpfulness | relevance accuracy | harmlessness | factual accuracy | correctness | completeness | instruction following | faithfulness | evaluate for | criterion
    评分标准 | 评价标准 | 评估标准 | 有用性 | 准确性 | 相关性 | 評価基準 | 採点基準 | ルーブリック | 有用性 | 正確性 | rúbrica | criterios de evaluación | criterios siguientes | siguientes criterios | utilidad | bewertungskriterien | bewertungsraster | kriterien | hilfreich* | critères | grille d'évaluation | utilité
    критери* | полезност* | рубрик* | critérios | rubrica | معايير | المعايير | मानदंड | रूब्रिक | 루브릭 | 평가 기준 | 채점 기준`),
  /** The first and the second of two answers. */
  first: listPhrases(`
    assistant a | assistant a's | assistant 1 | assistant 1's | system a | chatbot a | response a | answer a | candidate a | output a | model a | completion a | response 1 | answer 1 | candidate 1 | output 1 | first response | first answer | trajectory a | summary a
    回答a | 回复a | 助手a | 答案a | 回答1 | 回答一 | 候选a | アシスタントa | 応答a | 応答1 | respuesta a | respuesta 1 | asistente a | antwort a | antwort 1 | assistent a | réponse a | réponse 1 | assistant a | ответ a | ответ а | ответ 1 | ассистент a | resposta a | resposta 1 | الإجابة أ | إجابة أ | उत्तर a | 답변 a | 답변 1`),
  second: listPhrases(`
    assistant b | assistant b's | assistant 2 | assistant 2's | system b | chatbot b | response b | answer b | candidate b | output b | model b | completion b | response 2 | answer 2 | candidate 2 | output 2 | second response | second answer | trajectory b | summary b
    回答b | 回复b | 助手b | 答案b | 回答2 | 回答二 | 候选b | アシスタントb | 応答b | 応答2 | respuesta b | respuesta 2 | asistente b | antwort b | antwort 2 | assistent b | réponse b | réponse 2 | assistant b | ответ b | ответ б | ответ 2 | ассистент b | resposta b | resposta 2 | الإجابة ب | إجابة ب | उत्तर b | 답변 b | 답변 2`),
  /** Asking which of two is the better one. */
  preference: listPhrases(`
    which response | which answer | which assistant | which one is better | which is better | which of the two | which candidate | which try | which trail | which output | better response | better answer | prefer | preferred | preferable | would prefer | stronger answer | stronger response | more helpful | the winner | declare a tie | or a tie | chosen and rejected | pairwise | compare the two responses | compare the responses | compare these responses | compare two responses | final verdict
    哪个回答 | 哪个回复 | 哪一个更好 | 哪个更好 | 更好的回答 | 偏好 | 平局 | どちらの回答 | どちらが優れ | どちらが良い | 引き分け | cuál respuesta | qué respuesta | cuál es mejor | mejor respuesta | welche antwort | bessere antwort | welche ist besser | quelle réponse | meilleure réponse | laquelle est
    какой ответ | лучший ответ | какой из | qual resposta | melhor resposta | أي إجابة | الإجابة الأفضل | कौन सा उत्तर | बेहतर उत्तर | 어느 답변 | 더 나은 답변 | 어떤 답변`),
  /** Two answers at once. */
  both: listPhrases(`
    two assistants | two candidates answered | two candidates replied | two responses | two answers | two replies | two models | two systems | two outputs | two completions | both responses | both answers | pair of responses | pair of answers
    两个回答 | 两个回复 | 两个助手 | 两个模型 | 二つの回答 | 2つの回答 | 二つの応答 | dos respuestas | dos asistentes | zwei antworten | zwei assistenten | deux réponses | deux assistants | два ответа | два ассистента | двух ответов | duas respostas | إجابتين | إجابتان | दो उत्तर | 두 답변 | 두 개의 답변`),
  /** Frames in which judging jobs put the two answers. */
  frameFirst: listPhrases(
    "start of assistant a | start of assistant a's | start of assistant's | candidate a start | begin assistant a | begin response a | start of response a | start of answer a",
  ),
  frameSecond: listPhrases(
    "start of assistant b | start of assistant b's | candidate b start | begin assistant b | begin response b | start of response b | start of answer b",
  ),
} satisfies Record<string, readonly string[]>;
