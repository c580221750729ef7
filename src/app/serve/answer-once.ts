/** Carrying a write out once, however often it is sent. */
import type { RecordDatabase } from "../../store/records/database.js";
import { abandonWrite, beginWrite, finishWrite, type RepeatableWrite } from "../../store/records/settings.js";
import type { DecisionBook } from "./services.js";

/** The first write's answer, for every write of the same key. One that fails leaves its key free. */
export async function answerOnce(
  { database, write }: { database: RecordDatabase; write: RepeatableWrite },
  work: () => Promise<{ status: number; body: unknown }>,
): ReturnType<DecisionBook["answerOnce"]> {
  const known = await beginWrite(database, write);
  if (known.kind === "answered") return { kind: "answered", status: known.status, body: known.answer, isRepeat: true };
  if (known.kind !== "new") return { kind: known.kind };
  try {
    const { status, body } = await work();
    await finishWrite(database, { write, status, answer: body });
    return { kind: "answered", status, body, isRepeat: false };
  } catch (error) {
    await abandonWrite(database, write);
    throw error;
  }
}
