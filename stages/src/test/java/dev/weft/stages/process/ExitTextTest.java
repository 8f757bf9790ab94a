package dev.weft.stages.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ExitTextTest {

  @Test
  void namesTheSignalOfACrashAndWhere() {
    var output =
        """
        #  SIGSEGV (0xb) at pc=0x00007fea404364ad, pid=6912, tid=6913
        #
        # Problematic frame:
        # C  [libonnxruntime.so+0x12364ad]  Run+0xad
        #
        """;
    assertEquals(
        "ended with signal 11 (SIGSEGV) at C  [libonnxruntime.so+0x12364ad]  Run+0xad",
        ExitText.of(134, output));
  }

  @Test
  void namesSignalsAndExitCodes() {
    assertEquals("ended with signal 9 (SIGKILL)", ExitText.of(137, ""));
    assertEquals("ended with signal 6 (SIGABRT)", ExitText.of(134, "free(): invalid pointer"));
    assertEquals("ended with exit code 7", ExitText.of(7, ""));
    assertEquals(
        "ended with exit code 3 (out of Java heap)",
        ExitText.of(3, "Terminating due to java.lang.OutOfMemoryError: Java heap space"));
  }
}
