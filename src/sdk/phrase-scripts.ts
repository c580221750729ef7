/**
 * One phrase, the ways in which it is written: traditional characters beside simplified ones, Arabic with and without its particles, letters
 * with and without their marks. Authors write a phrase once.
 */

/** Simplified and traditional character, in pairs; those in which the phrases of the detections differ. */
const TRADITIONAL = new Map(
  `
  报報 笔筆 标標 补補 产產 长長 尝嘗 称稱 处處 传傳 错錯 达達 带帶 单單 档檔 当當 导導 调調 动動 断斷 对對 额額 发發 费費 复復 盖蓋
  个個 给給 构構 规規 过過 还還 号號 话話 换換 绘繪 获獲 机機 级級 纪紀 记記 际際 间間 检檢 简簡 见見 将將 讲講 较較 阶階 结結 节節
  进進 经經 举舉 决決 觉覺 开開 块塊 类類 离離 历歷 连連 链鏈 练練 两兩 领領 录錄 论論 逻邏 轮輪 码碼 们們 灭滅 内內 难難 拟擬 评評
  启啟 签簽 轻輕 请請 确確 让讓 认認 软軟 设設 审審 实實 时時 识識 书書 输輸 术術 数數 说說 诉訴 损損 缩縮 锁鎖 态態 谈談 题題 体體
  条條 听聽 头頭 团團 图圖 网網 为為 围圍 维維 伪偽 问問 务務 误誤 无無 习習 细細 显顯 现現 线線 详詳 响響 项項 写寫 学學 讯訊 询詢
  训訓 压壓 样樣 验驗 页頁 业業 译譯 义義 艺藝 议議 异異 忆憶 应應 优優 与與 语語 预預 员員 愿願 运運 则則 责責 战戰 诊診 证證 执執
  织織 质質 终終 种種 专專 转轉 状狀 资資 总總 组組 选選 视視 频頻 关關 观觀 环環 于於 测測 试試 隐隱 严嚴 统統 独獨 脑腦 库庫 据據
  归歸 坏壞 圆圓 从從 众眾 价價 万萬 编編 许許 没沒 气氣 别別 边邊 变變 叙敘 够夠 点點 么麼 里裡 并並 绪緒 虑慮 闭閉 绎繹 画畫 虚虛
  镜鏡 备備 杂雜 续續 后後 删刪 馈饋 馆館 顺順 随隨 须須 顾顧 该該 谁誰 适適 争爭 奖獎 励勵 释釋 层層 区區 临臨 缓緩 冲衝 迹跡 轨軌
  厂廠 属屬 权權 护護 违違 击擊 钟鐘 罗羅 韩韓 国國 东東 汉漢 泄洩 暂暫 场場 闻聞 敌敵 台臺 湾灣 党黨 华華 热熱 访訪 诚誠 坚堅 读讀
  丢丟 钮鈕 键鍵 盘盤 览覽 阵陣
  `
    .trim()
    .split(/\s+/)
    .map((pair): [string, string] => [pair[0], pair[1]]),
);

/** What Taiwan and Hong Kong say where the mainland says something else; in traditional characters on the right. */
const TRADITIONAL_WORDS: readonly (readonly [string, string])[] = [
  ["用戶", "使用者"],
  ["输入", "輸入"],
  ["想象", "想像"],
  ["打印", "列印"],
  ["信息", "訊息"],
  ["消息", "訊息"],
  ["默认", "預設"],
  ["屏幕", "螢幕"],
  ["轨迹", "軌跡"],
  ["质量", "品質"],
];

/** Particles that Arabic writes before a word, in one with it. */
const ARABIC_PARTICLES = ["", "ال", "و", "وال", "ب", "بال", "ل", "لل", "ف"];

const HAN = /\p{Script=Han}/u;
const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}]/u;
const ARABIC_WORD = /^[\p{Script=Arabic}\p{M}]+\*?$/u;
const ARABIC = /\p{Script=Arabic}/u;
const LATIN_MARKS = /\p{Script=Latin}\p{M}/u;

/** The phrase as given first, then its other spellings; no repeats. */
export function spellPhrase(phrase: string): string[] {
  const spellings = new Set([phrase]);
  if (HAN.test(phrase) && !KANA.test(phrase)) {
    for (const spelling of toTraditional(phrase)) spellings.add(spelling);
  } else if (ARABIC.test(phrase)) {
    for (const spelling of spellArabic(phrase)) spellings.add(spelling);
  } else {
    const decomposed = phrase.normalize("NFD");
    if (LATIN_MARKS.test(decomposed)) spellings.add(decomposed.replaceAll(/(\p{Script=Latin})\p{M}+/gu, "$1").normalize("NFC"));
  }
  return [...spellings];
}

function toTraditional(phrase: string): string[] {
  const convert = (text: string): string => Array.from(text, (character) => TRADITIONAL.get(character) ?? character).join("");
  let local = phrase;
  for (const [simplified, traditional] of TRADITIONAL_WORDS) local = local.replaceAll(simplified, traditional);
  return [convert(phrase), convert(local), convert(local).replaceAll("用戶", "使用者")];
}

function spellArabic(phrase: string): string[] {
  const withParticles =
    ARABIC_WORD.test(phrase) && !phrase.startsWith("ال") ? ARABIC_PARTICLES.map((particle) => `${particle}${phrase}`) : [phrase];
  // Writers leave out the hamza on an alef as often as not.
  return withParticles.flatMap((spelling) => [spelling, spelling.replaceAll(/[أإآ]/g, "ا")]);
}
