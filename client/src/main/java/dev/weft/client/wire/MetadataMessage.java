package dev.weft.client.wire;

import dev.weft.client.tensor.Datatype;
import dev.weft.client.tensor.ModelSignature;
import dev.weft.client.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a server says of one model, as JSON. */
public final class MetadataMessage {

  private MetadataMessage() {}

  /**
   * @throws WireException if it is none
   */
  public static ModelSignature read(byte[] body) {
    var model = JsonObjects.object(JsonObjects.read(body, body.length), "model");
    return new ModelSignature(
        ReplyMessage.required(model, "name"), specs(model, "inputs"), specs(model, "outputs"));
  }

  private static List<TensorSpec> specs(Map<?, ?> model, String which) {
    var specs = new ArrayList<TensorSpec>();
    for (var each : JsonObjects.list(model, which)) {
      var object = JsonObjects.object(each, which);
      var word = ReplyMessage.required(object, "datatype");
      try {
        specs.add(
            new TensorSpec(
                ReplyMessage.required(object, "name"),
                Datatype.valueOf(word),
                JsonObjects.integers(object, "shape")));
      } catch (IllegalArgumentException e) {
        throw new WireException(
            "datatype: '%s' (expected: one of %s)".formatted(word, List.of(Datatype.values())), e);
      }
    }
    return specs;
  }
}
