package dev.weft.cluster.fleet;

import static dev.weft.cluster.fleet.Fleets.AT;
import static dev.weft.cluster.fleet.Fleets.REGION;
import static dev.weft.cluster.fleet.Fleets.STAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.fleet.v1.Reported;
import dev.weft.persistence.testkit.StoredForms;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FleetCodecTest {

  /** What each stored file holds; a form that was ever written stays here for good. */
  private static final Map<String, Object> STORED = stored();

  private final FleetCodec codec = new FleetCodec();

  private static Map<String, Object> stored() {
    var started =
        new FleetEvent.Started(
            STAGE,
            3,
            REGION,
            "int8",
            "kind: Rollout",
            Wave.parse("a, b; rest"),
            List.of(1L),
            Optional.empty(),
            AT);
    var report = new NodeReport(3, "region", Order.BEGIN, Standing.ROLLED_BACK, "psi 0.4", 7);
    var reported = new FleetEvent.Reported(STAGE, Fleets.id("a/till"), report, AT);
    var ended = new FleetEvent.Ended(STAGE, FleetRollout.Phase.STOPPED, "a/till", AT);
    var taken =
        new FollowerEvent.Taken(STAGE, 3, "region", Order.ROLL_BACK, "int8", List.of(1L, 3L), 4);
    var stored = new TreeMap<String, Object>();
    stored.put("fleet.started.v1", started);
    stored.put("fleet.wave-began.v1", new FleetEvent.WaveBegan(STAGE, 2, AT));
    stored.put("fleet.reported.v1", reported);
    stored.put("fleet.ended.v1", ended);
    stored.put("fleet.taken.v1", taken);
    stored.put("fleet.state.v1", FleetState.none().on(started).on(reported).on(ended));
    stored.put("fleet.follower.v1", FollowerState.none().on(taken));
    return stored;
  }

  @Test
  void readsWhatEveryVersionEverStoredAndWritesTheSameBytes() throws IOException {
    new StoredForms(FleetCodecTest.class).hold(codec, FleetCodec.CODEBOOK.manifests(), STORED);
  }

  /**
   * Rows stored before models travelled have no declaration; those since are read for good, too.
   */
  @Test
  void readsTheDeclarationOfAVariantAndThatANodeBringsIt() throws IOException {
    var stored = new TreeMap<String, Object>();
    stored.put(
        "started-declared",
        new FleetEvent.Started(
            STAGE,
            3,
            REGION,
            "int8",
            "kind: Rollout",
            Wave.parse("a, b; rest"),
            List.of(1L),
            Optional.of(Fleets.declared("int8")),
            AT));
    var report = new NodeReport(3, "region", Order.BEGIN, Standing.BRINGS, "1 of 9 bytes", 7);
    stored.put("reported-brings", new FleetEvent.Reported(STAGE, Fleets.id("a/till"), report, AT));
    for (var each : stored.entrySet()) {
      var bytes = new StoredForms(FleetCodecTest.class).bytes(each.getKey());
      var written = HexFormat.of().formatHex(codec.toBinary(each.getValue()));
      assertEquals(HexFormat.of().formatHex(bytes), written, each.getKey());
      assertEquals(each.getValue(), codec.fromBinary(bytes, codec.manifest(each.getValue())));
    }
  }

  /** As {@link Standing#known} says: a release before reads the row, and sees that it refuses. */
  @Test
  void aReleaseBeforeReadsThatANodeRefusesWhereItBrings() throws IOException {
    var report = new NodeReport(3, "region", Order.BEGIN, Standing.BRINGS, "", 7);
    var event = new FleetEvent.Reported(STAGE, Fleets.id("a/till"), report, AT);
    var bytes = codec.toBinary(event);
    // After the checksum.
    var stored = Reported.parseFrom(Arrays.copyOfRange(bytes, Integer.BYTES, bytes.length));

    assertEquals(Reported.Standing.REFUSES, stored.getStanding());
    assertTrue(stored.getBrings());
  }

  @Test
  void keepsEveryWordThatANodeOrARegionCanSay() {
    for (var order : Order.values()) {
      for (var standing : Standing.values()) {
        kept(
            new FleetEvent.Reported(
                STAGE, Fleets.id("a/b"), new NodeReport(1, "r", order, standing, "", 0), AT));
      }
    }
    for (var phase : FleetRollout.Phase.values()) {
      if (phase != FleetRollout.Phase.UNDER_WAY) {
        kept(new FleetEvent.Ended(STAGE, phase, "", AT));
      }
    }
  }

  private void kept(Object event) {
    assertEquals(event, codec.fromBinary(codec.toBinary(event), codec.manifest(event)));
  }

  @Test
  void instructionsAndReportsGoOverTheLinkAndWhatIsWrongInThemIsNamed() {
    var instruction =
        new Instruction(
            STAGE,
            "int8",
            3,
            REGION,
            Order.BEGIN,
            List.of(1L, 2L),
            "kind: \"x\"\n",
            Optional.of(Fleets.declared("int8")));
    assertEquals(instruction, InstructionDesk.read(InstructionDesk.request(instruction)));

    var before =
        new Instruction(STAGE, "int8", 3, REGION, Order.BEGIN, List.of(), "", Optional.empty());
    var told = new String(InstructionDesk.request(before), StandardCharsets.UTF_8);
    assertFalse(told.contains("declared"), told);
    assertEquals(before, InstructionDesk.read(InstructionDesk.request(before)));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new Instruction(
                STAGE,
                "fp16",
                3,
                REGION,
                Order.BEGIN,
                List.of(),
                "",
                Optional.of(Fleets.declared("int8"))));
    assertTrue(wrong("{}").contains("stage: null (expected: a text)"));
    var half = "{\"stage\": \"s\", \"variant\": \"v\", \"epoch\": ";
    assertTrue(wrong(half + "\"1\"}").contains("epoch: 1 (expected: a whole number)"));
    var more = half + "0, \"region\": \"r\", \"manifest\": \"\", \"order\": ";
    assertTrue(wrong(more + "\"GO\"}").contains("order: GO (expected: [KEEP, BEGIN, ROLL_BACK])"));
    assertTrue(wrong(more + "\"KEEP\"}").contains("epoch 0 (expected: a stage, a variant, >= 1)"));
  }

  private static String wrong(String payload) {
    var bytes = payload.getBytes(StandardCharsets.UTF_8);
    return String.valueOf(
        assertThrows(IllegalArgumentException.class, () -> InstructionDesk.read(bytes))
            .getMessage());
  }
}
