package dev.weft.stages.quantize;

import com.fasterxml.jackson.core.JsonFactory;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All that decides the bytes of a quantized model: who follows it gets the same file.
 *
 * @param source SHA-256 of the model it was made of, lower-case hex
 * @param parameters in words
 * @param keep nodes left as they were by request or for a budget
 * @param calibration digest of the inputs the ranges were taken from; empty if none were needed
 * @param tool version of what made it
 * @param runtime version of the ONNX Runtime that simplified the model first
 */
public record Recipe(
    String source,
    Method method,
    Map<String, String> parameters,
    Set<String> keep,
    Optional<String> calibration,
    String tool,
    String runtime) {

  /** Where the recipe stands in a model's metadata, as JSON. */
  public static final String METADATA_KEY = "weft.recipe";

  private static final JsonFactory JSON = new JsonFactory();

  public Recipe {
    parameters = Collections.unmodifiableMap(new TreeMap<>(parameters));
    keep = Collections.unmodifiableSet(new TreeSet<>(keep));
  }

  /** The recipe as a JSON object on one line, fields in a fixed order. */
  public String json() {
    var text = new StringWriter();
    try (var json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("source", source);
      json.writeStringField("method", method.word());
      json.writeObjectFieldStart("parameters");
      for (var parameter : parameters.entrySet()) {
        json.writeStringField(parameter.getKey(), parameter.getValue());
      }
      json.writeEndObject();
      var kept = List.copyOf(keep).toArray(String[]::new);
      json.writeFieldName("keep");
      json.writeArray(kept, 0, kept.length);
      if (calibration.isPresent()) {
        json.writeStringField("calibration", calibration.get());
      }
      json.writeStringField("tool", tool);
      json.writeStringField("runtime", runtime);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }
}
