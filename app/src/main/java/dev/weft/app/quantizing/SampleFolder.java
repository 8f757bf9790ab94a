package dev.weft.app.quantizing;

import dev.weft.app.failure.WrongUse;
import dev.weft.stages.calibration.Sample;
import dev.weft.stages.calibration.Samples;
import dev.weft.stages.input.InputFile;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A folder of recorded inputs: a folder in it for each run, with a file {@code INPUT.npy} or {@code
 * INPUT.json} for each input; or such files themselves, for a single run.
 */
final class SampleFolder {

  private static final List<String> ENDINGS = List.of(".npy", ".json");

  private SampleFolder() {}

  /**
   * @param framesMax most runs that are read, in the order of their names
   * @throws WrongUse if there are none
   * @throws dev.weft.stages.spi.StageException if a file is missing or not what the input asks for
   */
  static Samples read(
      Path folder, List<TensorSpec> inputs, int framesMax, TensorAllocator tensors) {
    var frames = new ArrayList<Map<String, Tensor>>();
    var samples = new ArrayList<Sample>();
    try {
      for (var run : runs(folder).stream().limit(framesMax).toList()) {
        var frame = new LinkedHashMap<String, Tensor>();
        frames.add(frame);
        for (var input : inputs) {
          frame.put(input.name(), InputFile.read(file(run, input), input, tensors));
        }
        samples.add(new Sample(run.toString(), frame));
      }
      return new Samples(samples);
    } catch (RuntimeException e) {
      frames.forEach(frame -> frame.values().forEach(Tensor::close));
      throw e;
    }
  }

  private static List<Path> runs(Path folder) {
    try (var entries = Files.list(folder)) {
      var folders = entries.filter(Files::isDirectory).sorted().toList();
      return folders.isEmpty() ? List.of(folder) : folders;
    } catch (IOException e) {
      throw new WrongUse(
          "--calibrate: '%s' cannot be listed: %s (expected: a folder of inputs)"
              .formatted(folder, e.getMessage()));
    }
  }

  private static Path file(Path run, TensorSpec input) {
    for (var ending : ENDINGS) {
      var file = run.resolve(input.name() + ending);
      if (Files.exists(file)) {
        return file;
      }
    }
    throw new WrongUse(
        "--calibrate: '%s' has no '%s.npy' or '%s.json' (expected: a file for each input, in a"
                .formatted(run, input.name(), input.name())
            + " folder for each run)");
  }
}
