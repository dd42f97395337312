#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/types.hpp"

namespace reprise::app {

/// A file inside the program.
struct EmbeddedText {
  std::string_view name;
  std::string_view text;
};
/// api/openapi.yaml; defined in the generated `openapi_files.cpp`.
const std::vector<EmbeddedText>& openapi_files();

/// YAML (the core schema of 1.2) as JSON. Only for texts of our own: throws YAML::Exception when a
/// text is malformed.
std::string yaml_to_json(std::string_view yaml);

}  // namespace reprise::app
