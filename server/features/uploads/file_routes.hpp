#pragma once

// What the routes of uploads share, and the answers that need no tus.

#include <functional>
#include <string_view>

#include "platform/http/http.hpp"
#include "platform/uploads/uploads.hpp"

namespace reprise::uploads {

struct Services {
  Uploads& uploads;
  std::function<Status()> may_begin;  ///< whether there is space for new files
};

/// The field's value; empty when it is absent.
std::string_view header(const http::Request& request, std::string_view name);
/// The answer to a creation, with where the upload is.
http::Response as_created(const Upload& made);

/// Stores one small file of a form.
Task<http::Response> create_by_form(Services services, http::Request request);
/// What is known of an upload.
Task<http::Response> get_info(Services services, http::Request request);
/// A small picture of a video or a document.
Task<http::Response> get_preview(Services services, http::Request request);
/// The file, harmless however it is opened.
Task<http::Response> get_file(Services services, http::Request request);

}  // namespace reprise::uploads
