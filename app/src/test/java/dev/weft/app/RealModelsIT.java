package dev.weft.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.stages.onnx.OnnxModels;
import dev.weft.stages.quantize.Layer;
import dev.weft.stages.quantize.Method;
import dev.weft.stages.quantize.Quantized;
import dev.weft.stages.quantize.Quantizer;
import dev.weft.stages.quantize.Settings;
import dev.weft.stages.tensor.TensorPool;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The quantizer on models that people use, weights in {@code Constant} nodes and {@code If}s. */
class RealModelsIT {

  private static final Path ROOT =
      Path.of(System.getProperty("weft.root", "..")).toAbsolutePath().normalize();
  private static final Path KIOSK = ROOT.resolve("examples/kiosk");

  @BeforeAll
  static void fetch() {
    var ended =
        Cli.run(ROOT, "fetch", KIOSK.toString(), ROOT.resolve("examples/quantizing").toString());
    assertEquals(0, ended.code(), ended.err());
  }

  private static Quantized quantize(Path model, Method method) {
    try (var pool = new TensorPool(64 << 20, TensorPool.LeakTracing.OFF)) {
      return Quantizer.of(
              OnnxModels.simplified(model), Settings.of(method), Optional.empty(), pool, "test")
          .write(Map.of());
    }
  }

  private static long count(List<Layer> layers, String operator) {
    return layers.stream().filter(layer -> layer.operator().equals(operator)).count();
  }

  @Test
  void miniLmIsWrittenInLessThanTwentyFourMegabytes() {
    var model = ROOT.resolve("examples/quantizing/models/all-minilm-l6-v2.onnx");
    var quantized = quantize(model, Method.INT8_DYNAMIC);
    assertTrue(quantized.model().length <= 24_000_000, quantized.model().length + " bytes");
    assertEquals(36, count(quantized.quantized(), "MatMul"));
    assertEquals(2, count(quantized.quantized(), "Gather"));
    assertTrue(quantize(model, Method.INT4).model().length <= 20_000_000);
    assertTrue(quantize(model, Method.FP16).model().length <= 46_000_000);
  }

  @Test
  void silerosConvolutionsAndLstmsAreFoundInItsIfs() {
    var quantized = quantize(KIOSK.resolve("stages/models/silero_vad.onnx"), Method.INT8_DYNAMIC);
    assertEquals(4, count(quantized.quantized(), "LSTM"));
    assertTrue(count(quantized.quantized(), "Conv") >= 8, quantized.quantized().toString());
    assertTrue(quantized.model().length < 1_500_000, quantized.model().length + " bytes");
  }

  @Test
  void lineRecognitionIsQuantizedWhereItPaysAndTheRestIsSaid() {
    var quantized =
        quantize(KIOSK.resolve("stages/models/ch_PP-OCRv3_rec_infer.onnx"), Method.INT8_DYNAMIC);
    assertTrue(count(quantized.quantized(), "MatMul") >= 9);
    assertTrue(count(quantized.quantized(), "Conv") >= 2);
    assertTrue(
        quantized.kept().stream()
            .anyMatch(layer -> layer.kept().orElse("").contains("grouped channels")));
  }
}
