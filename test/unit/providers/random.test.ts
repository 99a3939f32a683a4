import { describe, expect, it } from "vitest";
import { normalQuantile, studentT4Quantile, uniformAt } from "../../../core/providers/synthetic/random.ts";

describe("quantiles", () => {
  // NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.1 (standard normal) and 1.3.6.7.2 (Student's t, 4 degrees).
  it.each([
    [0.5, 0],
    [0.9, 1.281552],
    [0.975, 1.959964],
    [0.99, 2.326348],
    [0.999, 3.090232],
    [0.01, -2.326348],
  ])("of the standard normal at %f are %f", (p, quantile) => {
    expect(normalQuantile(p)).toBeCloseTo(quantile, 5);
  });

  it.each([
    [0.5, 0],
    [0.9, 1.533],
    [0.95, 2.132],
    [0.975, 2.776],
    [0.99, 3.747],
    [0.999, 7.173],
    [0.05, -2.132],
  ])("of Student's t with 4 degrees of freedom at %f are %f", (p, quantile) => {
    expect(studentT4Quantile(p)).toBeCloseTo(quantile, 3);
  });
});

describe("uniformAt", () => {
  it("fills (0, 1) evenly along counters, along keys and in pairs of neighbours", () => {
    const cells = 16;
    const samples = 64_000;
    const draws = {
      counters: (i: number) => uniformAt(7, i),
      keys: (i: number) => uniformAt(i, 7),
    };
    for (const draw of Object.values(draws)) {
      const counts = new Float64Array(cells * cells);
      for (let i = 0; i < samples; i++) {
        counts[Math.floor(draw(i) * cells) * cells + Math.floor(draw(i + 1) * cells)]!++;
      }
      const expected = samples / counts.length;
      const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
      // 255 degrees of freedom: 99.99 % lie below 347.
      expect(chiSquare).toBeLessThan(347);
    }
  });
});
