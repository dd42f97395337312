#pragma once

#include <string_view>

#include "base/types.hpp"

namespace reprise::http {

/// Whether the texts and names in a body of JSON can be stored by every database: none holds
/// U+0000, which PostgreSQL refuses. What is no JSON is left to its reader. Errors: Invalid, naming
/// the member.
Status check_texts(std::string_view json);

}  // namespace reprise::http
