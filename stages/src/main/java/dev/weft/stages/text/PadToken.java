package dev.weft.stages.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Set;

/**
 * The padding token's id as a {@code tokenizer.json} states it: under {@code padding.pad_id}, else
 * the added token {@code [PAD]} or {@code <pad>}, else 0.
 */
final class PadToken {

  private static final JsonFactory JSON = new JsonFactory();
  private static final Set<String> NAMES = Set.of("[PAD]", "<pad>");

  private PadToken() {}

  /**
   * @throws IllegalArgumentException if {@code json} is not a JSON object
   */
  static long id(String json) {
    try (var parser = JSON.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("no JSON object (expected: a tokenizer.json)");
      }
      var id = 0L;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        var field = parser.currentName();
        parser.nextToken();
        if (field.equals("padding") && parser.currentToken() == JsonToken.START_OBJECT) {
          return numberIn(parser, "pad_id", id);
        } else if (field.equals("added_tokens")) {
          id = addedToken(parser, id);
        } else {
          parser.skipChildren();
        }
      }
      return id;
    } catch (IOException e) {
      throw new IllegalArgumentException("%s (expected: JSON)".formatted(e.getMessage()), e);
    }
  }

  private static long addedToken(JsonParser parser, long otherwise) throws IOException {
    var found = otherwise;
    while (parser.currentToken() == JsonToken.START_ARRAY
        && parser.nextToken() == JsonToken.START_OBJECT) {
      var id = otherwise;
      var isPad = false;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        var field = parser.currentName();
        parser.nextToken();
        id = field.equals("id") ? parser.getValueAsLong() : id;
        isPad |= field.equals("content") && NAMES.contains(parser.getText());
        parser.skipChildren();
      }
      found = isPad ? id : found;
    }
    return found;
  }

  private static long numberIn(JsonParser parser, String name, long otherwise) throws IOException {
    var found = otherwise;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      var wanted = parser.currentName().equals(name);
      parser.nextToken();
      found = wanted ? parser.getValueAsLong() : found;
      parser.skipChildren();
    }
    return found;
  }
}
