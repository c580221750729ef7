/** Where the records of a server are: decisions, keys, alerts. */
import { join } from "node:path";
import { openRecordDatabase, type RecordDatabase } from "../../store/records/database.js";
import type { ServeSettings } from "./settings/sections.js";

/** Opens the database that the settings name; the one in the data folder where they name none. */
export async function openRecords({ data }: Pick<ServeSettings, "data">): Promise<RecordDatabase> {
  return openRecordDatabase(data.records_url === undefined ? { folder: join(data.folder, "records") } : { url: data.records_url });
}
