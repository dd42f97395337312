#include "domain/chat/attached_parts.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <numeric>

#include "base/base64.hpp"

namespace reprise::chat {
namespace json = boost::json;

namespace {

std::string as_words(const Attachment& file) {
  return "Attached file " + file.name + ":\n" + file.data;
}

json::object text_part(const std::string& text) { return {{"type", "text"}, {"text", text}}; }

}  // namespace

bool reads_picture(Dialect dialect, std::string_view media_type) {
  if (media_type == "image/heic") return dialect == Dialect::Gemini;
  if (media_type == "image/gif") return dialect == Dialect::OpenAi;
  return media_type != "image/avif";
}

json::value openai_content(const std::vector<Attachment>& files, const std::string& text) {
  if (files.empty()) return json::value(text);
  json::array parts;
  parts.reserve(files.size() + 1);
  for (const Attachment& file : files) {
    if (is_text(file.media_type)) {
      parts.push_back(text_part(as_words(file)));
    } else {
      const std::string url =
          "data:" + file.media_type + ";base64," + base64_encode(as_bytes(file.data));
      parts.push_back(json::object{{"type", "image_url"}, {"image_url", {{"url", url}}}});
    }
  }
  if (!text.empty()) parts.push_back(text_part(text));
  return parts;
}

std::vector<bool> given_before(const std::vector<Attachment>& all, std::int64_t inline_bytes_max) {
  std::vector<bool> before(all.size(), false);
  std::vector<std::size_t> order(all.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, std::greater(), [&all](std::size_t at) { return all[at].bytes; });
  std::int64_t left = 0;
  for (const Attachment& one : all) left += one.bytes;
  for (const std::size_t at : order) {
    if (left <= inline_bytes_max) break;
    if (is_text(all[at].media_type)) continue;
    before[at] = true;
    left -= all[at].bytes;
  }
  return before;
}

json::array gemini_parts(const std::vector<Attachment>& files) {
  json::array parts;
  parts.reserve(files.size());
  for (const Attachment& file : files) {
    if (is_text(file.media_type)) {
      parts.push_back(json::object{{"text", as_words(file)}});
    } else if (!file.uri.empty()) {
      parts.push_back(
          json::object{{"fileData", {{"mimeType", file.media_type}, {"fileUri", file.uri}}}});
    } else {
      parts.push_back(json::object{
          {"inlineData",
           {{"mimeType", file.media_type}, {"data", base64_encode(as_bytes(file.data))}}}});
    }
  }
  return parts;
}

}  // namespace reprise::chat
