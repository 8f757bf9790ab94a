package dev.weft.stages.process;

import java.util.regex.Pattern;

/** Says in words how a process ended, from its exit code and the last it printed. */
final class ExitText {

  /** Exit codes above this are, to Java, 128 and the number of a signal. */
  private static final int SIGNAL_BASE = 128;

  private static final int OUT_OF_HEAP = 3;

  /** What Java prints when native code crashes: the signal, and where. */
  private static final Pattern CRASH = Pattern.compile("(SIG[A-Z]+) \\(0x([0-9a-f]+)\\) at pc");

  private static final Pattern FRAME = Pattern.compile("# Problematic frame:\\R# (.+)");

  private ExitText() {}

  static String of(int exitCode, String lastOutput) {
    var crash = CRASH.matcher(lastOutput);
    if (exitCode > SIGNAL_BASE && crash.find()) {
      var frame = FRAME.matcher(lastOutput);
      var where = frame.find() ? " at " + frame.group(1).strip() : "";
      return signal(Integer.parseInt(crash.group(2), 16)) + where;
    }
    if (exitCode > SIGNAL_BASE) {
      return signal(exitCode - SIGNAL_BASE);
    }
    if (exitCode == OUT_OF_HEAP && lastOutput.contains("OutOfMemoryError")) {
      return "ended with exit code 3 (out of Java heap)";
    }
    return "ended with exit code " + exitCode;
  }

  private static String signal(int number) {
    var name =
        switch (number) {
          case 4 -> " (SIGILL)";
          case 6 -> " (SIGABRT)";
          case 7 -> " (SIGBUS)";
          case 8 -> " (SIGFPE)";
          case 9 -> " (SIGKILL)";
          case 11 -> " (SIGSEGV)";
          case 15 -> " (SIGTERM)";
          default -> "";
        };
    return "ended with signal " + number + name;
  }
}
