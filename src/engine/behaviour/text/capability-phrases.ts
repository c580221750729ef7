/**
 * Keywords by capability. A heuristic: it names the mix of a campaign, it accuses nobody. `clear` words decide alone (weight 2), `faint` ones
 * need company (weight 1). How often it is right is in `capability.test.ts` as a table over labelled prompt sets.
 */
import type { Capability } from "../../../vocabulary/feature.js";

/** Keywords of one capability, in the notation of `RequestDetection.phrases`. */
export interface CapabilityPhrases {
  capability: Capability;
  clear: readonly string[];
  faint: readonly string[];
}

function list(table: string): readonly string[] {
  return table
    .split(/[|\n]/)
    .map((phrase) => phrase.trim())
    .filter((phrase) => phrase !== "");
}

/** In the order in which ties are decided: the rarer and more telling capability first. */
export const CAPABILITY_PHRASES: readonly CapabilityPhrases[] = [
  {
    capability: "grading",
    clear: list(`
      impartial judge | write critiques | evaluate the quality of the response | quality of the response* | grade the response | grading criteria | scoring rubric | rubric | which response is better | rate the response | evaluate the response | evaluate the answer | score the answer | student answer
      评分标准 | 打分 | 评判 | 评估以下回答 | 哪个回答更好 | 採点 | ルーブリック | 評価してください | rúbrica | califica la respuesta | bewerte die antwort | évalue la réponse | évaluez la réponse | оцени ответ | оцените ответ | avalie a resposta | قيّم الإجابة | उत्तर का मूल्यांकन | 답변을 평가`),
    faint: list(
      "grade | judge | critique | criteria | feedback on | score | rating | 评分 | 评价 | 評価 | evalúa | bewerte | évalue | оцени | avalie",
    ),
  },
  {
    capability: "computer_use",
    clear: list(
      "screenshot* | click x y | operate a computer | operate a desktop | operate a browser | control a computer | control a desktop | control a browser | gui agent* | click coordinates | accessibility tree | mouse click* | computer use | desktop environment | 屏幕截图 | 点击坐标 | スクリーンショット | captura de pantalla | capture d'écran | bildschirmfoto* | скриншот* | captura de tela | لقطة الشاشة | स्क्रीनशॉट | 스크린샷",
    ),
    faint: list("click | button | cursor | browser window | 点击 | 按钮"),
  },
  {
    capability: "agentic_coding",
    clear: list(`
      pull request | codebase | code base | failing test* | failing unit test* | repository | git diff | apply the patch | swe bench | coding agent | fix the bug in | fix the issue in | run the tests | test suite | refactor the | commit message | merge conflict | 代码库 | 仓库 | 拉取请求 | リポジトリ | プルリクエスト | repositorio | depósito de código | codebasis | dépôt | репозитори* | кодов* баз* | repositório`),
    faint: list("commit | branch | linter | build fails | stack trace | traceback | ci pipeline | docker | diff | patch"),
  },
  {
    capability: "tool_use",
    clear: list(`
      access to the following apis | access to the following tools | function call* | tool call* | api call* | call the api | call an api | call the function | use the following tools | many tools | an api that | an api to | find me an api | recommend an api | suggest an api | api which | api for | the api | action input | 调用工具 | 调用函数 | 调用接口 | 函数调用 | ツールを使 | 関数呼び出し | llamada a función | usa las herramientas | funktionsaufruf | werkzeuge verwenden | appel de fonction | utilise les outils | вызов функции | используй инструменты | chamada de função | استدعاء الدالة | फ़ंक्शन कॉल | 함수 호출 | 도구를 사용`),
    faint: list(
      "api | apis | tool | tools | endpoint | webhook | plugin | hugging face | tensorflow hub | torch hub | pretrained model | machine learning model | 接口 | 工具 | ツール | herramienta* | werkzeug* | outil* | инструмент*",
    ),
  },
  {
    capability: "data_analysis",
    clear: list(`
      data analyst | data analysis | data driven | data scientist | statistical rigor | statistical analysis | analyze the data | analyse the data | analyze this data* | dataset below | regression analysis | pivot table | exploratory data | time series | confidence interval | kpi* | a/b test | 数据分析 | 分析数据 | 统计分析 | データ分析 | 統計解析 | análisis de datos | analiza los datos | datenanalyse | analysiere die daten | analyse de données | analyse les données | анализ данных | проанализируй данные | análise de dados | تحليل البيانات | डेटा विश्लेषण | 데이터 분석`),
    faint: list(
      "dataset | csv | spreadsheet | excel | insight* | correlation | outlier* | histogram | median | standard deviation | dashboard | chart | survey | 数据集 | 表格 | データ | conjunto de datos | datensatz | jeu de données | данны* | dados",
    ),
  },
  {
    capability: "coding",
    clear: list(`
      python | javascript | typescript | java program | java class | java method | java code | java function | node js | html | css | sql | php | ruby | rust | golang | kotlin | swift code | swift function | matlab | bash script | shell script | powershell | regex | regular expression | source code | pseudocode | pseudo code | unit test* | leetcode | django | flask | react | numpy | pandas | dataframe | binary tree | linked list | write a function | a function that | a function to | function called | write a program | write code | code snippet | write a script | this code | the code | following code | algorithm | c program | given array | an array of | given string
      代码 | 编程 | 编写一个函数 | 编写函数 | 编写程序 | 程序代码 | 算法 | 正则表达式 | 数组 | コード | プログラム | 関数を書 | アルゴリズム | código | programa en | función que | algoritmo | quellcode | programmiere | programm in | funktion, die | code en | écris un programme | écris une fonction | algorithme | напиши код | напиши программу | напиши функцию | на python | алгоритм* | escreva um programa | escreva uma função | كود | برنامج بلغة | خوارزمية | कोड | प्रोग्राम | एल्गोरिदम | 코드 | 프로그램 | 알고리즘 | 함수를`),
    faint: list(
      "code | function | program | script | array | string | loop | variable | class | method | compile* | debug* | syntax | database | query | parameter* | input and output | list of integers | sort* | iterat* | recursi* | boolean | json | xml | server | stack | queue | 函数 | 变量 | 循环 | 字符串 | 関数 | 変数 | función | variable | funktion | fonction | функци* | função | دالة | 함수",
    ),
  },
  {
    capability: "translation",
    clear: list(`
      translate | translation of | into french | into spanish | into german | into english | into chinese | into japanese | into russian | into italian | into portuguese | into arabic | to french | to spanish | to german | from english to | from english into | 翻译 | 译成 | 译为 | 翻訳 | 訳して | traduce | traduzca | traducir | übersetze* | übersetzung | traduis* | traduire | traduction | перевед* | перевод* | traduza | traduzir | tradução | ترجم* | अनुवाद | 번역`),
    faint: list(
      "french | spanish | german | japanese | chinese | russian | italian | portuguese | arabic | hindi | korean | 英文 | 英语 | 英語",
    ),
  },
  {
    capability: "roleplay",
    clear: list(`
      act as a | act as an | act as my | act as the | pretend you are | pretend to be | pretend that you | imagine you are | imagine that you are | imagine yourself | imagine being | role play | roleplay | role playing | stay in character | in character | you are playing | play the role | take on the role | assume the role | as if you were | as though you were | you are an ai that | embrace the role | from the perspective of | you're a | you are a time | you are an alien | you are a detective | you are a wise
      扮演 | 假设你是 | 假装你是 | 想象你是 | 角色扮演 | のふりをし | になりきって | 役を演じ | ロールプレイ | actúa como | imagina que eres | finge ser | spiele die rolle | stell dir vor, du bist | stell dir vor, du wärst | tu so als | joue le rôle | imagine que tu es | imagine que vous êtes | fais semblant | представь, что ты | притворись | сыграй роль | в роли | finja ser | imagine que você é | aja como | تخيل أنك | تظاهر | कल्पना करें कि आप | भूमिका निभा* | 역할을 | 당신이 라고 상상`),
    faint: list(
      "you are a | you are an | you are the | as a | as an | imagine | character | monologue | persona | adventure | wizard | detective | pirate | alien | dragon | knight | medieval | futuristic | fantasy | fictional | galaxy | spaceship",
    ),
  },
  {
    capability: "reasoning",
    clear: list(`
      step by step | prove that | proof of | solve for | solve the equation | solve the following | solve this | calculate the | compute the | how many | how much | what is the probability | find the value | find the area | find the sum | find the degree | find all | word problem | theorem | equation | integral | derivative | logic puzzle | riddle | therefore which | let $ | \\frac | \\boxed | chain of thought | reason through | reasoning
      证明 | 求解 | 计算 | 多少 | 方程 | 概率 | 逻辑题 | 一步一步 | 逐步推理 | 推理 | 証明 | 計算し | 方程式 | 確率 | いくつ | 何個 | demuestra | resuelve | calcula | cuánto* | cuánta* | paso a paso | ecuación | beweise | berechne | löse | schritt für schritt | gleichung | wie viele | démontre | résous | calcule | étape par étape | équation | combien | докажи* | реши* | вычисли* | сколько | уравнени* | пошагово | шаг за шагом | prove que | resolva | quantos | quantas | passo a passo | equação | أثبت | احسب | كم عدد | معادلة | خطوة بخطوة | सिद्ध करें | हल करें | गणना | कितने | समीकरण | 증명 | 계산 | 몇 개 | 방정식 | 단계별`),
    faint: list(
      "solve | calculate | compute | math* | percent | probability | triangle | fraction | integer* | each day | per hour | total | altogether | twice as many | more than | remaining | left | sum | difference | average | 数学 | 总共 | 平均 | 合計",
    ),
  },
  {
    capability: "vision",
    clear: list(
      "in this image | in the image | attached image | this photo | this picture | describe the image | image below | 图片中 | 这张图 | 这张图片 | この画像 | 画像の | esta imagen | la imagen adjunta | dieses bild | auf dem bild | cette image | sur l'image | на изображении | на фото | nesta imagem | هذه الصورة | इस छवि | 이 이미지 | 이 사진",
    ),
    faint: list("image | photo | picture | 图片 | 照片 | 画像"),
  },
  {
    capability: "task_generation",
    clear: list(
      "task instructions | training data for | synthetic data | instruction following | question answer pairs | 训练数据 | 合成数据 | 問題を生成 | trainingsdaten | datos de entrenamiento | données d'entraînement | обучающ* данн* | dados de treinamento",
    ),
    faint: list("come up with | diverse | dataset of"),
  },
  {
    capability: "writing",
    clear: list(`
      essay | poem | haiku | sonnet | limerick | short story | a story | write a story | blog post | cover letter | write a letter | an email | write an email | press release | slogan | song | lyrics | speech | screenplay | product description | tweet | headline | rewrite | rephrase | paraphrase | proofread | summarize | summarise | summary of | edit the following | a paragraph | article about | write an article | a tagline | a joke | write a review | caption
      作文 | 诗 | 故事 | 文章 | 邮件 | 总结 | 摘要 | 改写 | 重写 | 润色 | 标题 | 演讲 | 歌词 | 写一 | エッセイ | 詩を | 物語 | メールを | 要約 | 書き直 | ensayo | poema | cuento | historia corta | correo | carta | resume | resumen | aufsatz | gedicht | geschichte über | kurzgeschichte | zusammenfass* | fasse | rédige | dissertation | poème | une histoire | résume | résumé | lettre | сочинени* | стих* | рассказ | напиши письмо | статью | резюмируй | кратк* содержани* | redação | conto | resuma | e-mail | مقال | قصيدة | قصة | لخص | निबंध | कविता | कहानी | सारांश | 에세이 | 이야기 | 요약 | 이메일을`),
    faint: list("write | sentence | paragraph | tone | style | title | grammar | grammatical* | adjective* | 句子 | 写 | 文"),
  },
];
