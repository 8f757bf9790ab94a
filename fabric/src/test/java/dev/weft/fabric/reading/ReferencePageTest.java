package dev.weft.fabric.reading;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.stages.spi.OptionSpec;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.spi.StageKinds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/manifest.md} against the field table, and its examples against the reader. */
class ReferencePageTest {

  private static final Path PAGE = Path.of("../docs/manifest.md");
  private static final Pattern BLOCK =
      Pattern.compile("(?s)(<!-- (fields|options): ([A-Za-z/-]+) -->\n).*?(<!-- end -->)");
  private static final Pattern EXAMPLE =
      Pattern.compile("(?s)<!-- file: ([a-z.-]+) -->\n```yaml\n(.*?)```");

  private static final Pattern MODEL = Pattern.compile("(?m)^ +file: ([a-z0-9-]+\\.onnx)$");

  @Test
  void explainsEveryFieldOfTheReader() throws IOException {
    var page = Files.readString(PAGE);
    var written = BLOCK.matcher(page).replaceAll(block -> block(block.group(2), block.group(3)));
    if (Boolean.getBoolean("weft.update")) {
      Files.writeString(PAGE, written);
      page = written;
    }

    assertEquals(written, page, "update with -Dweft.update=true");
    for (var type : ManifestFields.ALL) {
      assertTrue(page.contains("<!-- fields: %s -->".formatted(type.name())), type.name());
    }
  }

  @Test
  void showsExamplesThatLoad(@TempDir Path folder) throws IOException {
    var page = Files.readString(PAGE);
    for (var model : MODEL.matcher(page).results().toList()) {
      ManifestTexts.write(folder.resolve(model.group(1)), ManifestTexts.MODEL);
    }
    var examples = EXAMPLE.matcher(page);
    var names = new ArrayList<String>();
    while (examples.find()) {
      names.add(examples.group(1));
      var text =
          examples
              .group(2)
              .replaceAll("sha256: [0-9a-f]{64}", "sha256: " + ManifestTexts.SHA256)
              .replaceAll("size: \\d+", "size: 24");
      ManifestTexts.write(folder.resolve(examples.group(1)), text);
    }
    assertEquals(
        List.of("iris.yaml", "picture.yaml", "loudness.yaml", "caption.yaml", "rollout.yaml"),
        names);

    var reading =
        ManifestFiles.read(folder, StageKinds.discover(), ManifestFiles.Verify.STRUCTURE_ONLY);
    assertEquals(List.of(), reading.errors());
    assertEquals(List.of(), reading.warnings());
  }

  private static String block(String what, String name) {
    var start = "<!-- %s: %s -->\n".formatted(what, name);
    var table = what.equals("fields") ? fields(name) : options(name);
    return java.util.regex.Matcher.quoteReplacement(start + table + "<!-- end -->");
  }

  private static String fields(String name) {
    var type = ManifestFields.ALL.stream().filter(known -> known.name().equals(name)).findFirst();
    return "| field | default | meaning | example |\n|---|---|---|---|\n"
        + type.orElseThrow().fields().stream()
            .map(ReferencePageTest::row)
            .collect(Collectors.joining());
  }

  private static String row(Field field) {
    var fallback =
        field.required() ? "**required**" : field.fallback().map("`%s`"::formatted).orElse("none");
    var meaning = field.meaning() + form(field.type());
    return "| `%s` | %s | %s | `%s` |\n"
        .formatted(field.name(), fallback, meaning, field.example());
  }

  private static String form(FieldType type) {
    return switch (type) {
      case FieldType.Choice(var words) when words.size() > 1 ->
          " One of `%s`.".formatted(String.join("`, `", words));
      case FieldType.Choice _ -> "";
      case FieldType.Whole(var min, var max) -> " From %d to %d.".formatted(min, max);
      case FieldType.ListOf(FieldType.Nested(var nested), _, _) -> each(nested);
      case FieldType.ListOf(FieldType.Either(_, var longForm), _, _) -> each(longForm);
      case FieldType.Real real ->
          " From %s to %s."
              .formatted(FieldType.Real.plain(real.min()), FieldType.Real.plain(real.max()));
      case FieldType.ListOf(FieldType.Choice(var words), _, _) ->
          " Of `%s`.".formatted(String.join("`, `", words));
      case FieldType.MapOf(_, FieldType.Nested(var nested), _) -> each(nested);
      case FieldType.MapOf(_, FieldType.Either(_, var longForm), _) -> each(longForm);
      case FieldType.Nested(var nested) ->
          " See [%s](#%s).".formatted(nested.name(), nested.name().toLowerCase(Locale.ROOT));
      case FieldType.WordOrList(var word, _) ->
          " A list of zones, or `%s`.".formatted(String.join("`, `", word.words()));
      case FieldType.Scalar _,
          FieldType.ListOf _,
          FieldType.MapOf _,
          FieldType.Either _,
          FieldType.KindOptions _ ->
          "";
    };
  }

  private static String each(ObjectType type) {
    return " Each: [%s](#%s).".formatted(type.name(), type.name().toLowerCase(Locale.ROOT));
  }

  private static String options(String kind) {
    var factory = StageKinds.discover().find(kind).orElseThrow();
    return "| option | type | default | meaning |\n|---|---|---|---|\n"
        + factory.options().stream().map(ReferencePageTest::row).collect(Collectors.joining())
        + files(factory);
  }

  private static String files(StageFactory factory) {
    return factory.files().isEmpty() ? "" : "\nFiles: %s\n".formatted(factory.files());
  }

  private static String row(OptionSpec option) {
    var type = option.type().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    var choices =
        option.choices().isEmpty() ? "" : ": `%s`".formatted(String.join("`, `", option.choices()));
    var fallback = option.defaultValue().map("`%s`"::formatted).orElse("**required**");
    return "| `%s` | %s%s | %s | %s |\n"
        .formatted(option.name(), type, choices, fallback, option.summary());
  }
}
