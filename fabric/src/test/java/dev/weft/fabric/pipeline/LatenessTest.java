package dev.weft.fabric.pipeline;

import static dev.weft.fabric.pipeline.Graphs.input;
import static dev.weft.fabric.pipeline.Graphs.output;
import static dev.weft.fabric.pipeline.Graphs.pipeline;
import static dev.weft.fabric.pipeline.Graphs.stage;
import static dev.weft.fabric.pipeline.Graphs.step;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.weft.fabric.profile.ServiceProfile;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LatenessTest {

  @Test
  void aRunThatWouldEndAfterTheDeadlineIsNotBegunUnlessItIsTheProbe() {
    var bed =
        new Bed(
            pipeline(
                List.of(input("in")),
                List.of(step("only", "one", "x=in")),
                List.of(output("out", "only.y")),
                List.of(),
                List.of()),
            List.of(stage("one", "x")));
    var request = Request.of("in", bed.tensor(1)).within(Duration.ofNanos(100));
    var answer = bed.door.submit(request);
    var frame = bed.waiting.getFirst().frame();
    assertNull(frame.lateness(99, 0));
    assertEquals(DropReason.DEADLINE_OUT_OF_REACH, frame.lateness(100, 0));
    assertEquals(DropReason.DEADLINE_EXCEEDED, frame.lateness(1, 100));
    bed.runAll();
    assertInstanceOf(Answer.Completed.class, answer.join()).close();

    for (var run = 0; run < ServiceProfile.RUNS_MIN; run++) {
      bed.profile.ran(1, 200);
    }
    // Until what the door expects has been renewed.
    for (var i = 0; i < 16; i++) {
      answer = bed.door.submit(Request.of("in", bed.tensor(1)));
      bed.runAll();
      assertInstanceOf(Answer.Completed.class, answer.join()).close();
    }
    answer = bed.door.submit(Request.of("in", bed.tensor(1)).within(Duration.ofNanos(100)));
    assertNull(bed.waiting.getFirst().frame().lateness(200, 0));
    bed.runAll();
    assertInstanceOf(Answer.Completed.class, answer.join()).close();
    bed.tensors.close();
  }
}
