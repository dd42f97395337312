#pragma once

// Files on their way to a model. Pure.

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "domain/chat/attachment.hpp"
#include "domain/chat/prompt.hpp"

namespace reprise::chat {

/// The most bytes of all files of a request together. Google takes 20 MB, in which bytes become a
/// third longer. What is more is given to the service before (its Files API).
inline constexpr std::int64_t kInlineBytesMax = 15'000'000;

/// Whether services of this kind read pictures of this type (documentation of both, 2026-11-22).
bool reads_picture(Dialect dialect, std::string_view media_type);
/// What stands for a picture that is not read.
inline constexpr std::string_view kStandInType = "image/jpeg";

/// For each file whether it is given to the service before: the largest ones, until the rest fits.
/// Texts never are; a model reads them as words.
std::vector<bool> given_before(const std::vector<Attachment>& all, std::int64_t inline_bytes_max);

/// `parts` of a content (gemini REST, v1beta): the files, with their bytes or with where they are.
boost::json::array gemini_parts(const std::vector<Attachment>& files);
/// `content` of a message (OpenAI's chat completions): the text, or a list of parts when there are
/// files. Pictures go with their bytes; other kinds are for services that do not take them.
boost::json::value openai_content(const std::vector<Attachment>& files, const std::string& text);

}  // namespace reprise::chat
