/** Certificates of their own for tests of TLS. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A certificate for 127.0.0.1 that signs itself, as PEM texts and as files. */
export interface TestCertificate {
  key: string;
  cert: string;
  certificateFile: string;
  keyFile: string;
}

/** Makes one in the folder, or answers null where openssl is not there. */
export function makeCertificate(folder: string, name = "certificate"): TestCertificate | null {
  const [certificateFile, keyFile] = [join(folder, `${name}.pem`), join(folder, `${name}-key.pem`)];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"];
  const files = ["-keyout", keyFile, "-out", certificateFile];
  const made = spawnSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", ...subject, ...files]);
  if (made.status !== 0) return null;
  return { key: readFileSync(keyFile, "utf8"), cert: readFileSync(certificateFile, "utf8"), certificateFile, keyFile };
}
