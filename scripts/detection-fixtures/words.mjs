/** Texts of the fixtures, written for them. */

const THINGS =
  "sourdough starter,gravel bike,tax form,tomato seedling,wireless router,birthday speech,rental contract,chess opening,woollen jumper,travel itinerary,garden fence,school timetable,choir concert,coffee grinder,camping stove,allotment shed,dishwasher filter,piano lesson,cover letter,family recipe,running plan,bicycle brake,science fair,moving van,leaking tap,window frame,photo album,language exam,job interview,city map".split(
    ",",
  );
const WISHES =
  "plan a,repair my,describe a,compare two kinds of,write a note about a,explain the price of a,find out what is wrong with my,choose a,make a list for a,tell a child about a,save money on a,sell a used,clean a,draw a,name the parts of a".split(
    ",",
  );
const CIRCUMSTANCES =
  "before the weekend,with little money,for a beginner,in a small flat,when it rains,for my grandmother,without tools,in ten minutes,for eight people,abroad,in winter,after work,for a school project,on a Sunday,with two children".split(
    ",",
  );
const OPENINGS =
  "Can you help me|Please|I would like you to|What is the best way to|Could someone|Tell me how to|We want to|My brother needs to|Any idea how to|Today I have to|Quickly:|For once,|Hello again,|Is it worth the effort to|My boss asked me to|Sorry to bother you, how do people|Last year I failed to|They say one should|Short answer wanted:|Before I give up, how does one|In our club we|Honestly,|Suppose I had to|Remind me how to".split(
    "|",
  );

/** What one person talks about, and how; people differ in both. */
export function drawHabits(draws) {
  const pickSome = (values, count) => Array.from({ length: count }, () => draws.pick(values));
  return { openings: pickSome(OPENINGS, 2), wishes: pickSome(WISHES, 5), things: pickSome(THINGS, 4) };
}

/** An everyday question of a person with these habits. */
export function writeEveryday(draws, habits = drawHabits(draws)) {
  const { openings, wishes, things } = habits;
  // Most people begin most questions in the same way.
  const opening = draws.next() < 0.8 ? openings[0] : openings[1];
  return `${opening} ${draws.pick(wishes)} ${draws.pick(things)} ${draws.pick(CIRCUMSTANCES)}?`;
}

const FIELDS =
  "combinatorics,thermodynamics,contract law,organic chemistry,graph theory,microeconomics,genetics,number theory,optics,compilers,probability,geology,macroeconomics,linear algebra,immunology,operating systems,mechanics,rhetoric,databases,astronomy".split(
    ",",
  );
const KINDS =
  "a proof,an estimate,a counterexample,a derivation,a diagnosis,a comparison,a worked example,a decision,a schedule,a critique".split(",");
const LEVELS = "for a first-year student,for an expert,with three constraints,with missing data,in a rural clinic,at low cost".split(",");

/** The `index`-th item of a work queue: no two are the same. */
export function writeItem(index) {
  const field = FIELDS[index % FIELDS.length];
  const kind = KINDS[Math.floor(index / FIELDS.length) % KINDS.length];
  const level = LEVELS[(index * 7 + Math.floor(index / 200)) % LEVELS.length];
  return `item ${100 + index * 37}: ${kind} in ${field} ${level}`;
}

/** Scaffolds of a harvest that no request detection recognises, so that fixtures about behaviour rest on behaviour. */
export const SCAFFOLDS = [
  (item) =>
    `Prepare one complete entry for the corpus. Solve the task in full and close with a line that begins with Result. Task: ${item}`,
  (item) =>
    `Produce a reference solution that a grader can compare with others. Keep the headings Given, Method and Result. Problem: ${item}`,
  (item) => `Act as the senior tutor of the bank and write the model answer that goes on file, with units throughout. Entry: ${item}`,
];

/** The roles of an agent kit that anybody can install. */
export const KIT_ROLES = [
  (item) => `[planner] Break the goal of the user into at most five steps and hand each of them to a worker. Goal: ${item}`,
  (item) => `[researcher] Collect what is known about the step from your memory and mark what is uncertain. Step: ${item}`,
  (item) => `[writer] Turn the notes of the researcher into two friendly paragraphs for the reader. Notes: ${item}`,
];

/** System prompt of a framework that many people use. */
export const FRAMEWORK_SYSTEM = "You are Robin, the assistant of the Lantern notes app. Answer briefly and use the language of the note.";

/** The homework sheet of a class: everybody sends the same exercises. */
export const SHEET = [
  "Exercise 1: Explain why the Moon shows always the same face to the Earth.",
  "Exercise 2: A train of 120 m passes a bridge of 480 m in 40 s. How fast is it?",
  "Exercise 3: Name two causes of the French Revolution and give one reason for each.",
  "Exercise 4: Balance the equation of the combustion of propane.",
  "Exercise 5: Write a stanza of four lines with the rhyme scheme ABAB about rain.",
  "Exercise 6: Find the zeros of the function f(x) = x² − 5x + 6.",
].map((exercise) => `Homework for Thursday, class 9b, please help me to understand it. ${exercise}`);
