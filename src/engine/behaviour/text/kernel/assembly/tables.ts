/** Where the tables lie whose size depends on the phrases and the word vectors; set once by JavaScript. */

/** Classes of whole words and of beginnings of words: buckets of hashes, and the class of each place. See hash-buckets.ts. */
export let exactHashes: i32 = 0;
export let exactClasses: i32 = 0;
export let exactMask: i32 = 0;
export let prefixHashes: i32 = 0;
export let prefixClasses: i32 = 0;
export let prefixMask: i32 = 0;
/** Which beginnings of words have a pattern with an open end, a bit each, and how long the longest is; see phrase-book.ts. */
export let threeBits: i32 = 0;
export let fourBits: i32 = 0;
export let threeFilter: i32 = 0;
export let isStop: i32 = 0;

/** The trie of phrases; see phrase-trie.ts. */
export let groupStarts: i32 = 0;
export let groupNumbers: i32 = 0;
export let hasNext: i32 = 0;
export let stepPatterns: i32 = 0;
export let stepMask: i32 = 0;
export let steps: i32 = 0;
export let targets: i32 = 0;
export let classStarts: i32 = 0;
export let classPatterns: i32 = 0;
export let firstStarts: i32 = 0;
export let firstNodes: i32 = 0;
export let isPhrase: i32 = 0;
export let pairFilter: i32 = 0;

/** Where the phrases of each group were heard, and room for a copy; see group-hits.ts. */
export let hitCounts: i32 = 0;
export let hitPositions: i32 = 0;
export let hitTouched: i32 = 0;
export let savedHits: i32 = 0;

/** The word vectors: buckets of hashes, and the row of each place; behind them rows for all other words. */
export let wordHashes: i32 = 0;
export let wordMask: i32 = 0;
export let wordRows: i32 = 0;
export let unknownRows: i32 = 0;
