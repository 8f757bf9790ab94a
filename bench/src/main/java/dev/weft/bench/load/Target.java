package dev.weft.bench.load;

import java.util.function.Consumer;

/** A server under load. Threadsafe. */
public interface Target {

  /**
   * Starts one call; never blocks.
   *
   * @param ended told once what became of the call, on any thread, possibly before this returns
   * @return gives the call up; may be called at any time
   */
  Runnable submit(Call call, Consumer<Outcome> ended);
}
