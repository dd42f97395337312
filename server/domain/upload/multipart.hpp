#pragma once

// One file in a body of multipart/form-data (RFC 7578). Pure.

#include <string>
#include <string_view>

#include "base/types.hpp"

namespace reprise::upload {

struct FormFile {
  std::string name;           ///< as the client gave it; not to be trusted
  std::string declared_type;  ///< the same of its type; empty: none
  std::string_view content;   ///< a part of the body
};

/// `boundary` of a `Content-Type`. Errors: Unsupported when it is not multipart/form-data, Invalid.
Result<std::string> boundary_in(std::string_view content_type);

/// The one file of the form; other fields are passed over. Errors: Invalid, naming `file`.
Result<FormFile> file_in(std::string_view body, std::string_view boundary);

}  // namespace reprise::upload
