package dev.weft.stages.process;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Linux' futex on a word of memory that two processes share: sleeps while the word is as expected,
 * wakes who sleeps (futex(2); without FUTEX_PRIVATE_FLAG, so that it crosses processes).
 */
final class Futex {

  private static final int WAIT = 0;
  private static final int WAKE = 1;
  private static final Optional<MethodHandle> CALL = call();
  private static final long NUMBER = number();
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private Futex() {}

  static boolean isAvailable() {
    return CALL.isPresent() && NUMBER > 0;
  }

  /**
   * Sleeps until woken, at most {@code nanos}, and only if {@code word} is {@code expected}; may
   * wake for no reason.
   */
  static void sleep(MemorySegment word, int expected, long nanos) {
    try (var arena = Arena.ofConfined()) {
      var time = arena.allocate(JAVA_LONG, 2);
      time.setAtIndex(JAVA_LONG, 0, nanos / NANOS_PER_SECOND);
      time.setAtIndex(JAVA_LONG, 1, nanos % NANOS_PER_SECOND);
      invoke(word, WAIT, expected, time);
    }
  }

  static void wake(MemorySegment word) {
    invoke(word, WAKE, 1, MemorySegment.NULL);
  }

  /** What the call answers does not matter: whoever slept looks again at what it waits for. */
  private static void invoke(MemorySegment word, int operation, int value, MemorySegment time) {
    try {
      var _ = (long) CALL.orElseThrow().invokeExact(NUMBER, word, operation, value, time);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("futex", e);
    }
  }

  private static Optional<MethodHandle> call() {
    if (!System.getProperty("os.name").startsWith("Linux")) {
      return Optional.empty();
    }
    var linker = Linker.nativeLinker();
    return linker
        .defaultLookup()
        .find("syscall")
        .map(
            symbol ->
                linker.downcallHandle(
                    symbol,
                    FunctionDescriptor.of(
                        JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS),
                    Linker.Option.firstVariadicArg(1)));
  }

  /** The call's number, which differs between processors. */
  private static long number() {
    return switch (System.getProperty("os.arch")) {
      case "amd64", "x86_64" -> 202;
      case "aarch64", "riscv64" -> 98;
      default -> -1;
    };
  }
}
