/** Entry of the process that synthesizes: is sent a configuration, answers with its wiring, and ends. */
import type { StageConfig } from "../../core/config/index.ts";
import { flattenError } from "../runtime/flat-error.ts";
import type { SynthesisAnswer } from "./synthesize-apart.ts";
import { synthesizeWiring } from "./synthesize.ts";

process.once("message", (config: StageConfig) => {
  process.send!(answerTo(config));
  process.disconnect();
});

function answerTo(config: StageConfig): SynthesisAnswer {
  try {
    return { wiring: synthesizeWiring(config) };
  } catch (error) {
    return { error: flattenError(error) };
  }
}
