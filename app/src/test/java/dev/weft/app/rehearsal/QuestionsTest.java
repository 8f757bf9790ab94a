package dev.weft.app.rehearsal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class QuestionsTest {

  private static final String SERVING =
      "serving 1 model on http://127.0.0.1:8000 and grpc://127.0.0.1:8001: echo";

  @Test
  void portsAreReadFromWhatTheServerTells() throws IOException {
    assertEquals(
        new Questions("echo", 8000, 8001, 8002),
        Questions.to("echo", SERVING, "metrics on http://127.0.0.1:8002/metrics"));
  }

  @Test
  void aServerThatDidNotStartIsTold() {
    var failure = assertThrows(IOException.class, () -> Questions.to("echo", SERVING, "null"));
    assertTrue(String.valueOf(failure.getMessage()).startsWith("'null'"), failure::toString);
  }
}
