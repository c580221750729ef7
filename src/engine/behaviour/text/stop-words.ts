/**
 * Words that strangers share: function words of the languages most prompts are written in, and the words every prompt uses ("please",
 * "write", "answer"). They stay in the sketches' order but do not count as content.
 */
const LISTS: readonly string[] = [
  // English, and what prompts are made of.
  `a an the and or but if then else of to in on at by for from with without into onto about as is are was were be been being am do does did
  doing have has had having i you he she it we they me him her us them my your his its our their mine yours this that these those there here
  what which who whom whose when where why how all any both each few more most other some such no nor not only own same so than too very can
  could will would shall should may might must just also please write make give tell show explain describe create help want need like get use
  using used following below above question answer text example examples one two first next new good best between over under out up down off
  again once let lets im ive dont doesnt cant whats think know act provide list find generate based given each every per via etc`,
  // German.
  `der die das den dem des ein eine einer eines einem einen und oder aber wenn dann von zu zum zur in im an am auf bei mit ohne für aus nach
  über unter ist sind war waren sein bin hat haben hatte ich du er sie es wir ihr mich dich ihn uns euch mein dein sein unser dieser diese
  dieses was wer wie wo wann warum nicht kein keine nur auch so als noch schon bitte schreibe schreib erkläre gib mir kann können soll sollen
  wird werden man sich`,
  // French.
  `le la les un une des du de et ou mais si à au aux en dans sur par pour avec sans est sont était être ai as a avons ont je tu il elle nous
  vous ils elles me te se mon ma mes ton ta tes son sa ses notre votre leur ce cet cette ces que qui quoi dont où quand comment pourquoi ne pas
  plus très aussi donne donnez écris écrivez explique expliquez veuillez peux pouvez`,
  // Spanish and Portuguese.
  `el los las una unos unas y o pero si del al en con sin por para es son era ser estar está yo tú él ella nosotros usted ustedes me te se mi
  tu su nuestro este esta estos estas ese esa que quien cual cuando cómo como donde dónde porque qué no más muy también escribe escriba explica
  explique dame da puedes puede favor os as um uma uns umas e ou mas do da dos das no na nos nas ao com sem são era eu tu ele ela você vocês
  meu minha seu sua este esta isto isso quem qual quando onde não mais muito também escreva explique pode`,
  // Italian.
  `il lo gli uno dei degli delle della nel nella con senza sono era essere io lui lei noi voi mio tuo suo questo questa che chi quando dove
  come perché non più molto anche scrivi spiega puoi`,
  // Russian.
  `и в во не что он на я с со как а то все она так его но да ты к у же вы за бы по только ее мне было вот от меня еще нет о из ему теперь когда
  даже ну ли если уже или ни быть был него до вас нибудь опять вам ведь там потом себя ничего ей может они тут где есть надо ней для мы тебя их
  чем была сам чтоб без будто чего это эта этот эти мой твой напиши объясни пожалуйста`,
  // Arabic.
  `في من على إلى عن مع هذا هذه ذلك التي الذي أن إن كان كانت هو هي هم أنا أنت نحن ما ماذا كيف متى أين لماذا لا لم لن أو و ثم كل بعض اكتب اشرح`,
  // Hindi.
  `के का की को में है हैं था थे थी और या पर से यह वह ये वे मैं हम आप तुम मेरा आपका क्या कौन कब कहाँ क्यों कैसे नहीं भी एक ही तो लिए कृपया`,
  // Turkish, Indonesian, Vietnamese.
  `ve veya ama ile için bu şu bir ben sen biz siz ne nasıl neden değil çok daha da de yang dan di ke dari untuk dengan ini itu saya kamu anda
  apa bagaimana tidak và là của có cho trong với này các một những tôi bạn không được`,
];

/** All stop words, folded. */
export const STOP_WORDS: readonly string[] = [...new Set(LISTS.join(" ").split(/\s+/))].sort();
