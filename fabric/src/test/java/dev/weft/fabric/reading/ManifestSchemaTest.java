package dev.weft.fabric.reading;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.ObjectMapper;

/** The shipped schema against the reader. */
class ManifestSchemaTest {

  private static final Path SHIPPED =
      Path.of("src/main/resources/dev/weft/fabric/manifest/weft.schema.json");

  private final ObjectMapper json = new ObjectMapper();
  private final Schema schema =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(text());

  @Test
  void isTheOneMadeFromTheFieldTable() throws IOException {
    if (Boolean.getBoolean("weft.update")) {
      Files.writeString(SHIPPED, ManifestSchema.text());
    }

    assertEquals(
        json.readTree(ManifestSchema.text()),
        json.readTree(text()),
        "update with -Dweft.update=true");
  }

  @Test
  void hasEveryFieldOfTheReaderAndNoOther() {
    var definitions = json.readTree(text()).get("$defs");
    for (var type : ManifestFields.ALL) {
      var properties = definitions.get(type.name()).get("properties");
      assertEquals(
          new TreeSet<>(type.names()), new TreeSet<>(properties.propertyNames()), type.name());
    }
    assertEquals(ManifestFields.ALL.size(), definitions.size());
  }

  @Test
  void refersOnlyToWhatItDefines() {
    var root = json.readTree(text());
    for (var reference : root.findValues("$ref")) {
      var name = reference.asString().replace("#/$defs/", "");
      assertTrue(root.get("$defs").has(name), name);
    }
  }

  @Test
  void acceptsEveryGoodManifest() throws IOException {
    var documents = 0;
    for (var name : List.of("stages.yaml", "nearest.yml", "pipeline.yaml", "rollout.yaml")) {
      for (var document : documents(ManifestTexts.GOOD.resolve(name))) {
        assertEquals(List.of(), schema.validate(document, InputFormat.YAML), document);
        documents++;
      }
    }
    assertEquals(8, documents);
  }

  @Test
  void refusesWhatTheReaderRefusesByItsFields() throws IOException {
    for (var document : documents(Path.of("src/test/resources/broken/fields.yaml"))) {
      assertFalse(schema.validate(document, InputFormat.YAML).isEmpty(), document);
    }
    var good = documents(ManifestTexts.GOOD.resolve("stages.yaml")).getFirst();
    for (var change : List.of("owner: x\nowned: y", "owner: 3", "owner: x\nbudget: {p95: 15}")) {
      var document = good.replace("owner: vision@example.org", change);
      assertFalse(schema.validate(document, InputFormat.YAML).isEmpty(), document);
    }
  }

  private static List<String> documents(Path file) throws IOException {
    return List.of(Files.readString(file).split("(?m)^---$"));
  }

  private static String text() {
    try {
      return Files.readString(SHIPPED);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
