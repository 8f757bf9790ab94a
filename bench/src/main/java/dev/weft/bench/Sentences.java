package dev.weft.bench;

import dev.weft.stages.calibration.Sample;
import dev.weft.stages.calibration.Samples;
import dev.weft.stages.onnx.OnnxRunner;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageSetup;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorPool;
import dev.weft.stages.testkit.FixedContext;
import dev.weft.stages.text.TokenizeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Sentences as a model of word pieces takes them, one to a run. */
final class Sentences {

  private Sentences() {}

  /**
   * @param text a sentence to a line
   * @param tokenizer of the model
   */
  static Samples read(Path text, Path tokenizer, TensorPool pool) throws IOException {
    var frames = new ArrayList<Map<String, Tensor>>();
    try (var stage = tokens(tokenizer, pool)) {
      for (var line : Files.readAllLines(text)) {
        try (var sentence = pool.strings(List.of(line))) {
          var tensors = stage.run(FixedContext.of(pool), List.of(sentence));
          var names = stage.signature().outputs();
          frames.add(
              Map.of(
                  names.get(0).name(), tensors.get(0),
                  names.get(1).name(), tensors.get(1),
                  names.get(2).name(), tensors.get(2)));
        }
      }
    }
    return new Samples(
        IntStream.range(0, frames.size())
            .mapToObj(i -> new Sample("%s:%d".formatted(text, i + 1), frames.get(i)))
            .toList());
  }

  private static Stage tokens(Path tokenizer, TensorPool pool) {
    var factory = new TokenizeFactory();
    return factory.create(
        new StageSetup(
            "sentences",
            "default",
            new Signature(List.of(), List.of()),
            Options.of(factory.options(), Map.of()),
            Optional.empty(),
            Map.of("tokenizer", tokenizer),
            pool));
  }

  /** The mean of a sentence's vectors, one for each word piece. */
  static double[] embedding(OnnxRunner model, Map<String, Tensor> sentence) {
    var outputs = model.run(sentence);
    var vectors = outputs.values().iterator().next();
    var width = vectors.shape().intDim(2);
    var values = vectors.toFloats();
    outputs.values().forEach(Tensor::close);
    var mean = new double[width];
    for (var from = 0; from < values.length; from += width) {
      for (var i = 0; i < width; i++) {
        mean[i] += values[from + i];
      }
    }
    return mean;
  }

  /** The cosine of the angle between two vectors. */
  static double cosine(double[] a, double[] b) {
    var product = 0.0;
    var squareA = 0.0;
    var squareB = 0.0;
    for (var i = 0; i < a.length; i++) {
      product += a[i] * b[i];
      squareA += a[i] * a[i];
      squareB += b[i] * b[i];
    }
    return product / Math.sqrt(squareA) / Math.sqrt(squareB);
  }
}
