package dev.weft.fabric.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.ObjectMapper;

/** The shipped schema against the reader. */
class ManifestSchemaTest {

  private static final Path SHIPPED =
      Path.of("src/main/resources/dev/weft/fabric/manifest", ManifestSchema.RESOURCE);

  private final Schema schema =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(shipped());

  @Test
  void isTheOneMadeFromTheFieldTable() throws IOException {
    if (Boolean.getBoolean("weft.update")) {
      Files.createDirectories(SHIPPED.getParent());
      Files.writeString(SHIPPED, ManifestSchema.text());
    }

    assertEquals(ManifestSchema.text(), Files.readString(SHIPPED), "update with -Dweft.update");
  }

  @Test
  void hasEveryFieldOfTheReaderAndNoOther() {
    var definitions = new ObjectMapper().readTree(shipped()).get("$defs");
    for (var type : ManifestFields.ALL) {
      var properties = definitions.get(type.name()).get("properties");
      assertEquals(
          new TreeSet<>(type.names()), new TreeSet<>(properties.propertyNames()), type.name());
    }
    assertEquals(ManifestFields.ALL.size(), definitions.size());
  }

  @Test
  void refersOnlyToWhatItDefines() {
    var root = new ObjectMapper().readTree(shipped());
    for (var reference : root.findValues("$ref")) {
      var name = reference.asString().replace("#/$defs/", "");
      assertTrue(root.get("$defs").has(name), name);
    }
  }

  @Test
  void acceptsEveryGoodManifest() throws IOException {
    var documents = 0;
    for (var name : List.of("stages.yaml", "nearest.yml", "pipeline.yaml")) {
      for (var document : documents(ManifestFilesTest.GOOD.resolve(name))) {
        assertEquals(List.of(), schema.validate(document, InputFormat.YAML), document);
        documents++;
      }
    }
    assertEquals(6, documents);
  }

  @Test
  void refusesWhatTheReaderRefusesByItsFields() throws IOException {
    for (var document : documents(Path.of("src/test/resources/broken/fields.yaml"))) {
      assertFalse(schema.validate(document, InputFormat.YAML).isEmpty(), document);
    }
    var good = documents(ManifestFilesTest.GOOD.resolve("stages.yaml")).getFirst();
    for (var change : List.of("owner: x\nowned: y", "owner: 3", "owner: x\nbudget: {p95: 15}")) {
      var document = good.replace("owner: vision@example.org", change);
      assertFalse(schema.validate(document, InputFormat.YAML).isEmpty(), document);
    }
  }

  private static List<String> documents(Path file) throws IOException {
    return List.of(Files.readString(file).split("(?m)^---$"));
  }

  private static String shipped() {
    try (var in = ManifestSchema.class.getResourceAsStream(ManifestSchema.RESOURCE)) {
      return in == null
          ? ManifestSchema.text()
          : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
