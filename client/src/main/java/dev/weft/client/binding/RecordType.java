package dev.weft.client.binding;

import dev.weft.client.tensor.Tensor;
import dev.weft.client.tensor.TensorSpec;
import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A record whose components are the inputs, or some of the outputs, of a model. */
public final class RecordType<T> {

  private final Class<T> type;
  private final List<Component> components;
  private final Constructor<T> constructor;

  private RecordType(Class<T> type, List<Component> components, Constructor<T> constructor) {
    this.type = type;
    this.components = components;
    this.constructor = constructor;
  }

  /**
   * @throws IllegalArgumentException if it is no record, or a component is of a type that stands
   *     for no tensor
   */
  public static <T> RecordType<T> of(Class<T> type) {
    var parts = type.getRecordComponents();
    if (parts == null) {
      throw new IllegalArgumentException(
          "%s (expected: a record, a component for each tensor)".formatted(type.getName()));
    }
    var components = Arrays.stream(parts).map(Component::of).toList();
    var names = components.stream().map(Component::name).distinct().count();
    if (names < components.size()) {
      throw new IllegalArgumentException(
          "%s: two components of one tensor (expected: one each)".formatted(type.getName()));
    }
    try {
      var types = Arrays.stream(parts).map(RecordComponent::getType).toArray(Class<?>[]::new);
      var constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return new RecordType<>(type, components, constructor);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e);
    } catch (InaccessibleObjectException e) {
      throw notOpen(type, e);
    }
  }

  /** Where a component stands, for messages. */
  public static String place(RecordComponent component) {
    return component.getDeclaringRecord().getSimpleName() + "." + component.getName();
  }

  /**
   * What a record holds in a component.
   *
   * @throws IllegalArgumentException if it cannot be asked, with the reason
   */
  public static @Nullable Object held(Object owner, RecordComponent component) {
    try {
      var accessor = component.getAccessor();
      accessor.setAccessible(true);
      return accessor.invoke(owner);
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(
          "%s: its accessor failed: %s".formatted(place(component), e.getCause()), e);
    } catch (IllegalAccessException | InaccessibleObjectException e) {
      throw notOpen(component.getDeclaringRecord(), e);
    }
  }

  private static IllegalArgumentException notOpen(Class<?> type, Throwable cause) {
    return new IllegalArgumentException(
        "%s: not accessible (expected: its module opens %s to the client's)"
            .formatted(type.getName(), type.getPackageName()),
        cause);
  }

  /** What keeps the record from being all inputs of a model; none if it can be them. */
  public List<String> misfitsOfInputs(List<TensorSpec> specs) {
    var problems = misfitsOfOutputs(specs);
    for (var spec : specs) {
      if (components.stream().noneMatch(component -> component.name().equals(spec.name()))) {
        problems.add(
            "%s has no component for the model's '%s' %s"
                .formatted(type.getSimpleName(), spec.name(), spec.type()));
      }
    }
    components.stream()
        .filter(Component::isOptional)
        .forEach(each -> problems.add("'%s' is optional, but an input".formatted(each.name())));
    return problems;
  }

  /** What keeps the record from being outputs of a model; none if it can be them. */
  public List<String> misfitsOfOutputs(List<TensorSpec> specs) {
    var problems = new ArrayList<String>();
    for (var component : components) {
      specs.stream()
          .filter(spec -> spec.name().equals(component.name()))
          .findFirst()
          .map(component::misfit)
          .orElseGet(
              () ->
                  Optional.of(
                      "the model has no '%s', only %s"
                          .formatted(
                              component.name(), specs.stream().map(TensorSpec::name).toList())))
          .ifPresent(problems::add);
    }
    return problems;
  }

  /** Names of the tensors it has components for. */
  public List<String> names() {
    return components.stream().map(Component::name).toList();
  }

  /**
   * The tensors of a record.
   *
   * @throws IllegalArgumentException if a value does not fit its spec
   */
  public Map<String, Tensor> tensors(T value, List<TensorSpec> specs) {
    var tensors = new LinkedHashMap<String, Tensor>();
    for (var component : components) {
      specs.stream()
          .filter(spec -> spec.name().equals(component.name()))
          .forEach(spec -> tensors.put(spec.name(), component.tensor(value, spec)));
    }
    return tensors;
  }

  /**
   * The record of these tensors.
   *
   * @throws IllegalArgumentException if one is absent or of a shape that the record has no place
   *     for
   */
  public T value(Map<String, Tensor> tensors) {
    var values =
        components.stream()
            .map(each -> each.valueOf(Optional.ofNullable(tensors.get(each.name()))))
            .toArray();
    try {
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(
          "%s: refused by itself: %s".formatted(type.getSimpleName(), e.getCause()), e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
