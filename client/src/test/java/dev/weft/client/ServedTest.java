package dev.weft.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.client.tensor.Datatype;
import dev.weft.client.tensor.Tensor;
import dev.weft.fabric.embedded.SingleModel;
import dev.weft.fabric.embedded.Weft;
import dev.weft.gateway.http.Gateway;
import dev.weft.gateway.http.GatewaySettings;
import dev.weft.gateway.protection.Protection;
import dev.weft.stages.testkit.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real gateway before real models. */
class ServedTest {

  @TempDir private Path folder;
  private Weft weft;
  private Gateway gateway;
  private WeftClient client;

  @BeforeEach
  void serve() throws IOException {
    var config =
        ConfigFactory.parseString("weft { fabric.leak-tracing = on, gateway.port = 0 }")
            .withFallback(ConfigFactory.load());
    weft = Weft.embedded(config);
    model("simple", TinyModels.addSub());
    model("echo", TinyModels.identity(dev.weft.stages.tensor.Datatype.FP32, "n", 4));
    model("text", TinyModels.identity(dev.weft.stages.tensor.Datatype.BYTES, "n"));
    model("half", TinyModels.identity(dev.weft.stages.tensor.Datatype.FP16, 1, 4));
    gateway = Gateway.start(weft, GatewaySettings.from(config), Protection.none(), "1.2.3");
    client = WeftClient.connect("http://127.0.0.1:" + gateway.port() + "/");
  }

  private void model(String name, byte[] content) throws IOException {
    weft.register(name, Files.write(folder.resolve(name + ".onnx"), content));
  }

  @AfterEach
  void end() {
    client.close();
    gateway.close();
    weft.close();
  }

  record Rows(float[][] x) {}

  record Echoed(float[][] y) {}

  @Test
  void aModelIsCalledByRecords() {
    assertTrue(client.isReady());
    var model = client.model("echo", Rows.class, Echoed.class);

    var answer =
        model.answer(
            new Rows(new float[][] {{1, 2, 3, 4}, {5, 6, 7, 8.5f}}),
            Terms.DEFAULT.inLane(Terms.Lane.PERCEPTION));

    assertArrayEquals(new float[] {5, 6, 7, 8.5f}, answer.value().y()[1]);
    assertTrue(answer.frame().isPresent(), "the id by which the frame is explained");
    assertEquals(List.of(), answer.skipped());
  }

  @Test
  void aSequenceKeepsItsStateFromItsFirstRequestToItsLast() throws IOException {
    var file = Files.write(folder.resolve("sum.onnx"), TinyModels.leakySum(1, 1));
    var model = SingleModel.of("sum", file);
    weft.deploy(model.pipeline().carrying(Map.of("h", "hN")), Map.of("sum", model.stage()));
    var visit = Terms.DEFAULT.inSequence("visit");

    assertEquals(8, sum(visit.starting(), 8));
    assertEquals(6, sum(visit, 2));
    assertEquals(3, sum(visit.ending(), 0));
    assertEquals(5, sum(visit.starting().ending(), 5));
    var problem = assertThrows(InferenceException.class, () -> sum(visit, 0));
    assertEquals("invalid-input", problem.code());
  }

  record Added(float[][] x) {}

  record Total(float[][] y) {}

  private float sum(Terms terms, float x) {
    var model = client.model("sum", Added.class, Total.class);
    return model.answer(new Added(new float[][] {{x}}), terms).value().y()[0][0];
  }

  record Texts(String[] x) {}

  record SameTexts(String[] y) {}

  record Half(float[] x) {}

  record SameHalf(float[] y) {}

  @Test
  void textsAndHalvesComeBack() {
    var texts = new String[] {"größer", ""};
    var text = client.model("text", Texts.class, SameTexts.class);
    assertArrayEquals(texts, text.infer(new Texts(texts)).y());
    var half = client.model("half", Half.class, SameHalf.class);
    var values = new float[] {1.5f, -2, 0, 65_504};
    assertArrayEquals(values, half.infer(new Half(values)).y());
  }

  @Test
  void aModelIsCalledByTensors() {
    var row = Tensor.ints(new int[16], 1, 16);
    var given = client.infer("simple", Map.of("INPUT0", row, "INPUT1", row));
    assertEquals(Map.of("OUTPUT0", row, "OUTPUT1", row), given);

    var one =
        client.infer(
            "simple", Map.of("INPUT0", row, "INPUT1", row), List.of("OUTPUT1"), Terms.DEFAULT);
    assertEquals(Map.of("OUTPUT1", row), one.value());
  }

  @Test
  void aSignatureIsAsTheServerTellsIt() {
    var echo = client.signature("echo");
    assertEquals(Datatype.FP32, echo.inputs().getFirst().datatype());
    assertEquals(List.of(-1L, 4L), echo.inputs().getFirst().shape());
  }

  @Test
  void whatDoesNotFitIsFoundBeforeTheFirstRequest() {
    var problem =
        assertThrows(
            IllegalArgumentException.class,
            () -> client.model("echo", Texts.class, SameTexts.class));
    assertEquals(
        "model 'echo': Texts.x is java.lang.String[], the model's 'x' is FP32[-1, 4]; "
            + "SameTexts.y is java.lang.String[], the model's 'y' is FP32[-1, 4]",
        problem.getMessage());
  }

  @Test
  void aRefusalOfTheServerKeepsItsCodeAndSentence() {
    var unknown = assertThrows(InferenceException.class, () -> client.signature("none/../x"));
    assertEquals(404, unknown.status());
    var wrong =
        assertThrows(
            InferenceException.class,
            () -> client.infer("echo", Map.of("x", Tensor.floats(new float[3], 1, 3))));
    assertEquals("invalid-input", wrong.code());
    assertTrue(String.valueOf(wrong.getMessage()).contains("4"), wrong.getMessage());
  }
}
