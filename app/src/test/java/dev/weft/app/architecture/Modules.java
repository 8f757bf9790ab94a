package dev.weft.app.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;

/** The modules of Weft and all classes in them. */
final class Modules {

  static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.weft");

  /** Modules from the bottom up; each may use those before it. */
  static final List<String> NAMES =
      List.of(
          "client",
          "api",
          "stages",
          "persistence",
          "link",
          "fabric",
          "supervisor",
          "cluster",
          "gateway",
          "sim",
          "bench",
          "app");

  private Modules() {}

  static String name(JavaClass weftClass) {
    return weftClass.getPackageName().split("\\.", -1)[2];
  }

  static boolean isGenerated(JavaClass weftClass) {
    var name = weftClass.getPackageName();
    return name.contains("generated") || name.startsWith("dev.weft.api.");
  }
}
