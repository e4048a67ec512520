/** Runs a command-line tool of the project's own packages; its output is shown only when it fails. */
import { spawn } from "node:child_process";

export class ToolFailed extends Error {
  override readonly name = "ToolFailed";
}

/** Resolves with the tool's output when it exits 0; otherwise throws `ToolFailed` with the output. */
export function runTool(command: string, args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.on("error", (error) => reject(new ToolFailed(`${command}: ${error.message}`)));
    child.on("exit", (code) => (code === 0 ? resolve(output) : reject(new ToolFailed(`${command} ${args.join(" ")} failed:\n${output}`))));
  });
}
