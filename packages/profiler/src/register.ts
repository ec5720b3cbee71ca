// Side effect by intent: `node -r @spark-perf/profiler/register` and `--import` load this file and nothing else.
import { registerLeakDetector } from './register-leak-detector.js';

registerLeakDetector(process.env);
