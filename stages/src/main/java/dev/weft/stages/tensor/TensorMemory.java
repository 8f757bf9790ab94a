package dev.weft.stages.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** Where a {@link TensorPool} gets the memory of its blocks from. Threadsafe. */
public interface TensorMemory extends AutoCloseable {

  /** Memory that starts at a multiple of 64; {@code free} gives it back and is run once. */
  record Piece(MemorySegment segment, Runnable free) {}

  /** Memory of the process itself, each piece an arena of its own. */
  TensorMemory OWN =
      new TensorMemory() {
        @Override
        public Optional<Piece> take(long bytes) {
          var arena = Arena.ofShared();
          try {
            return Optional.of(
                new Piece(arena.allocate(bytes, TensorPool.ALIGNMENT), arena::close));
          } catch (OutOfMemoryError | RuntimeException e) {
            arena.close();
            throw e;
          }
        }

        @Override
        public void close() {}
      };

  /**
   * A piece of exactly {@code bytes}; empty if there is none of that size left.
   *
   * @throws OutOfMemoryError if the process has none left
   */
  Optional<Piece> take(long bytes);

  /** Called by the pool once: when it is closed and every piece has come back. */
  @Override
  void close();
}
