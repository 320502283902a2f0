/**
 * An object that remembers which of its fields were read, at every depth. A compiled schema reads
 * exactly the fields that it declares, and every field of a map; so what it left unread is a field
 * that it does not know, although it let it pass.
 */
export class Watched<T extends object> {
  readonly proxy: T;
  readonly #read = new Map<object, Set<string>>();
  readonly #proxies = new Map<object, object>();

  constructor(private readonly object: T) {
    this.proxy = this.#watch(object);
  }

  /** The fields that nobody read, as `/spec/template/spec/replcas`. */
  unread(): string[] {
    return this.#unreadIn(this.object, '');
  }

  #watch<O extends object>(object: O): O {
    const known = this.#proxies.get(object);
    if (known !== undefined) return known as O;
    const read = new Set<string>();
    this.#read.set(object, read);
    const proxy = new Proxy(object, {
      get: (target, key, receiver) => {
        if (typeof key === 'string') read.add(key);
        const value: unknown = Reflect.get(target, key, receiver === proxy ? target : receiver);
        return typeof value === 'object' && value !== null ? this.#watch(value) : value;
      },
    });
    this.#proxies.set(object, proxy);
    return proxy;
  }

  #unreadIn(object: object, path: string): string[] {
    const read = this.#read.get(object);
    return Object.entries(object).flatMap(([key, value]) => {
      const here = `${path}/${key}`;
      if (!Array.isArray(object) && !read?.has(key)) return [here];
      return typeof value === 'object' && value !== null ? this.#unreadIn(value, here) : [];
    });
  }
}
