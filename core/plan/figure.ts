/** A number in a sentence for people: `13,500`. */
export const figure = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 0 });
