/** Header fields in wire order: case, order and repeats are kept. Names and values in turn in `raw`. */
export class FieldList {
  constructor(readonly raw: string[]) {}

  /** The first value. Names are compared without regard to case. */
  get(name: string): string | undefined {
    return this.getAll(name)[0];
  }

  getAll(name: string): string[] {
    const lower = name.toLowerCase();
    return this.raw.filter((_, index) => index % 2 === 1 && this.raw[index - 1]?.toLowerCase() === lower);
  }

  /** Replaces all fields of the name, at the end of the list. */
  set(name: string, value: string): this {
    this.delete(name);
    return this.append(name, value);
  }

  append(name: string, value: string): this {
    this.raw.push(name, value);
    return this;
  }

  delete(name: string): this {
    const lower = name.toLowerCase();
    for (let i = this.raw.length - 2; i >= 0; i -= 2) {
      if (this.raw[i]?.toLowerCase() === lower) this.raw.splice(i, 2);
    }
    return this;
  }
}
