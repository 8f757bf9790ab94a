package dev.weft.fabric.embedded;

import static dev.weft.fabric.pipeline.Graphs.input;
import static dev.weft.fabric.pipeline.Graphs.output;
import static dev.weft.fabric.pipeline.Graphs.pipeline;
import static dev.weft.fabric.pipeline.Graphs.step;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.flag.FlagBook;
import dev.weft.fabric.flag.FlagChange;
import dev.weft.fabric.flag.FlagSetting;
import dev.weft.fabric.manifest.PipelineManifest.Gate;
import dev.weft.fabric.manifest.PipelineManifest.Step;
import dev.weft.fabric.manifest.StandIn;
import dev.weft.fabric.manifest.TensorRef;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Graphs;
import dev.weft.fabric.pipeline.Request;
import dev.weft.fabric.routing.FlagRule;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Shape;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FlagsTest {

  private static final Optional<FlagRule> OFF = Optional.of(FlagRule.OFF);

  private Weft weft;

  @BeforeEach
  void start() {
    weft =
        Weft.embedded(
            ConfigFactory.parseString("weft.fabric { leak-tracing = on, loops = 2 }")
                .withFallback(ConfigFactory.load()));
  }

  @AfterEach
  void close() {
    weft.close();
  }

  private Pipeline deploy() {
    var gated =
        new Step(
            "s1",
            "stage",
            Optional.empty(),
            Map.of("x", TensorRef.parse("s0.y")),
            Optional.empty(),
            Optional.empty(),
            Optional.of("extra"),
            Map.of("y", new StandIn.FromTensor(TensorRef.parse("s0.y"))),
            List.of(),
            Optional.empty());
    return weft.deploy(
        pipeline(
            List.of(input("in")),
            List.of(step("s0", "stage", "x=in"), gated),
            List.of(output("out", "s1.y")),
            List.of(new Gate("extra", true, "session", "")),
            List.of()),
        Map.of(
            "stage",
            Graphs.stage("stage", "test/add", List.of("one", "two"), TestStages.SIGNATURE)));
  }

  private boolean ran(Pipeline pipeline, String session) {
    var request = Request.of("in", weft.tensors().floats(Shape.of(1), 0)).with("session", session);
    try (var answer = pipeline.infer(request)) {
      return answer.skipped().isEmpty();
    }
  }

  @Test
  void theNextFrameMeetsWhatIsSetAndTheAnswerSaysWhy() {
    var pipeline = deploy();
    var name = pipeline.name() + ".extra";
    assertTrue(ran(pipeline, "s"));

    var change = weft.flags().set("extra", OFF, "ann", "a test");

    assertEquals(name + " ann set it to off (before: on): a test", name + " " + change.sentence());
    var request = Request.of("in", weft.tensors().floats(Shape.of(1), 0));
    try (Answer.Completed answer = pipeline.infer(request)) {
      var flag = answer.skipped().getFirst().flag().orElseThrow();
      assertEquals(name + " off, as set", flag.name() + " " + flag.why());
    }
    weft.flags().set(name, Optional.empty(), "ann", "");
    assertTrue(ran(pipeline, "s"));
    assertEquals(Optional.empty(), weft.flags().find(name).setting());
  }

  @Test
  void aShareIsMetByTheSessionsThatTheFlagIsOnFor() {
    var pipeline = deploy();
    weft.flags().set("extra", FlagRule.of("30%"), "ann", "");
    var flag = weft.flags().find("extra").flag();
    var on = 0;
    for (var i = 0; i < 100; i++) {
      assertEquals(flag.isOn("s" + i), ran(pipeline, "s" + i), "s" + i);
      on += flag.isOn("s" + i) ? 1 : 0;
    }
    assertTrue(on > 0 && on < 100, on + " of 100");
  }

  @Test
  void whatIsSetHoldsForThePipelineThatComesAgain() {
    var pipeline = deploy();
    weft.flags().set("extra", OFF, "ann", "");
    pipeline.unload();
    assertEquals(List.of(), weft.flags().all());
    assertEquals(false, ran(deploy(), "s"));
  }

  @Test
  void whatWasKeptIsSetBeforeTheFirstFrame() {
    var pipeline = deploy();
    var setting = new FlagSetting(FlagRule.OFF, "bob", "kept", Instant.EPOCH);
    var kept = new FlagBook(Map.of(pipeline.name() + ".extra", setting));
    pipeline.unload();
    weft.flags().keep(kept, (_, _) -> {});
    assertEquals(false, ran(deploy(), "s"));
    assertEquals(Optional.of(setting), weft.flags().find("extra").setting());
  }

  @Test
  void aChangeThatCannotBeKeptDoesNotTakeEffectAndIsNotTold() {
    var pipeline = deploy();
    var told = new ArrayList<FlagChange>();
    weft.flags().onChange(told::add);
    weft.flags()
        .keep(
            FlagBook.empty(),
            (_, _) -> {
              throw new WeftException(ErrorCode.IO_FAILED, "disk full");
            });
    assertThrows(WeftException.class, () -> weft.flags().set("extra", OFF, "ann", ""));
    assertTrue(ran(pipeline, "s"));
    assertEquals(List.of(), told);
  }

  @Test
  void changesAreToldUntilThatIsEnded() {
    deploy();
    var told = new ArrayList<FlagChange>();
    var end = weft.flags().onChange(told::add);
    var change = weft.flags().set("extra", OFF, "ann", "");
    end.run();
    weft.flags().set("extra", Optional.empty(), "ann", "");
    assertEquals(List.of(change), told);
  }

  @Test
  void aFlagThatIsNotThereIsRefusedWithTheNearest() {
    var name = deploy().name() + ".extra";
    var refused = assertThrows(WeftException.class, () -> weft.flags().set("extr", OFF, "ann", ""));
    assertEquals(ErrorCode.NOT_FOUND, refused.code());
    assertEquals("flag: 'extr' (expected: a flag; did you mean 'extra'?)", refused.getMessage());
    var far = assertThrows(WeftException.class, () -> weft.flags().find("nothing-alike"));
    assertEquals(
        "flag: 'nothing-alike' (expected: a flag: one of %s)".formatted(name), far.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> weft.flags().set(name, OFF, "ann", "x".repeat(FlagSetting.WORDS_LENGTH_MAX + 1)));
    assertThrows(IllegalArgumentException.class, () -> weft.flags().set(name, OFF, " ", ""));
  }
}
