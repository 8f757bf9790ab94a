package dev.weft.app.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Keeps the picture of the modules in ARCHITECTURE.md true. */
class ModulePictureTest {

  private static final String PICTURE_BEGIN = "<!-- modules -->";
  private static final String PICTURE_END = "<!-- /modules -->";

  /** The picture in ARCHITECTURE.md is this one, so it cannot lie; WEFT_DRAW=1 draws it anew. */
  @Test
  void theModulePictureIsTrue() throws IOException {
    var file = Path.of(System.getProperty("weft.root", "..")).resolve("ARCHITECTURE.md");
    var page = Files.readString(file);
    var begin = page.indexOf(PICTURE_BEGIN);
    var end = page.indexOf(PICTURE_END);
    assertTrue(begin >= 0 && begin < end, file + ": no " + PICTURE_BEGIN + " ... " + PICTURE_END);
    var drawn = PICTURE_BEGIN + "\n```\n" + picture() + "```\n";
    if (System.getenv().containsKey("WEFT_DRAW")) {
      Files.writeString(file, page.substring(0, begin) + drawn + page.substring(end));
    } else {
      assertEquals(drawn, page.substring(begin, end), "draw it anewX_DRAW=1 ./weft test");
    }
  }

  private static String picture() {
    var packages = new TreeMap<String, Set<String>>();
    var uses = new TreeMap<String, Set<String>>();
    for (var weftClass : Modules.CLASSES) {
      if (Modules.isGenerated(weftClass)) {
        continue;
      }
      var module = Modules.name(weftClass);
      packages
          .computeIfAbsent(module, _ -> new TreeSet<>())
          .add(weftClass.getPackageName().substring(("dev.weft." + module).length()));
      for (var dependency : weftClass.getDirectDependenciesFromSelf()) {
        if (dependency.getTargetClass().getPackageName().startsWith("dev.weft.")) {
          var used = Modules.name(dependency.getTargetClass());
          if (!used.equals(module)) {
            uses.computeIfAbsent(module, _ -> new TreeSet<>()).add(used);
          }
        }
      }
    }
    var text = new StringBuilder();
    for (var module : Modules.NAMES.reversed()) {
      var nouns =
          packages.getOrDefault(module, Set.of()).stream()
              .filter(name -> !name.isEmpty())
              .map(name -> name.substring(1))
              .toList();
      var below =
          Modules.NAMES.stream().filter(uses.getOrDefault(module, Set.of())::contains).toList();
      text.append("%-11s %s%n".formatted(module, String.join(" ", nouns)).stripTrailing())
          .append('\n');
      if (!below.isEmpty()) {
        text.append("            uses ").append(String.join(", ", below)).append('\n');
      }
    }
    return text.toString();
  }
}
