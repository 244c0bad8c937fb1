// Decimal numbers of any length, as far as a view needs them: its centre moves by pixels that may
// be much smaller than a double can tell apart.

/** A decimal: value = digits / 10^scale. */
export class Decimal {
  constructor(digits, scale) {
    this.digits = digits;
    this.scale = scale;
  }

  /** Of a number, or of a text such as "-0.75" or "3e-20". */
  static of(value) {
    const match = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(String(value).trim());
    if (!match || !(match[2] || match[3])) throw new Error(`not a number: ${value}`);
    const [, sign, whole, part, power] = match;
    let digits = BigInt((whole + part) || "0"), scale = part.length - Number(power ?? 0);
    if (sign === "-") digits = -digits;
    if (scale < 0) [digits, scale] = [digits * 10n ** BigInt(-scale), 0];
    return new Decimal(digits, scale);
  }

  plus(other) {
    const scale = Math.max(this.scale, other.scale);
    return new Decimal(this.#at(scale) + other.#at(scale), scale);
  }

  times(other) {
    return new Decimal(this.digits * other.digits, this.scale + other.scale);
  }

  minus(other) {
    return this.plus(new Decimal(-other.digits, other.scale));
  }

  #at(scale) {
    return this.digits * 10n ** BigInt(scale - this.scale);
  }

  number() {
    return Number(this.toString());
  }

  /** The decimal with at most so many digits behind its point. */
  rounded(scale) {
    if (this.scale <= scale) return this;
    const unit = 10n ** BigInt(this.scale - scale), half = unit / 2n;
    const shifted = this.digits >= 0n ? this.digits + half : this.digits - half;
    return new Decimal(shifted / unit, scale);
  }

  toString() {
    const negative = this.digits < 0n;
    let text = String(negative ? -this.digits : this.digits);
    if (this.scale > 0) {
      text = text.padStart(this.scale + 1, "0");
      const part = text.slice(-this.scale).replace(/0+$/, "");
      text = text.slice(0, -this.scale) + (part && "." + part);
    }
    return negative && text !== "0" ? "-" + text : text;
  }
}
