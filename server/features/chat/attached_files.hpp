#pragma once

#include <vector>

#include "domain/chat/context.hpp"
#include "platform/answering/text_service.hpp"
#include "platform/gemini/files_api.hpp"
#include "platform/uploads/uploads.hpp"

namespace reprise::chat {

/// Brings the files of a conversation to the model: with the message, or to the service before.
/// Any thread; what it is made of outlives it.
class AttachedFiles {
 public:
  AttachedFiles(uploads::Uploads& uploads, gemini::FilesApi& files)
      : uploads_(uploads), files_(files) {}
  /// Fills `data` or `uri` of each attachment. What is gone meanwhile, or not understood by the
  /// service, is left out, and said in the turn's text. Errors: UpstreamRefused.
  Task<Result<std::vector<Turn>>> loaded(access::UserId owner, std::vector<Turn> turns,
                                         answering::ServiceFacts service);

 private:
  Task<Status> load_stand_in(uploads::Upload upload, Attachment& file);
  Task<Status> load(const access::UserId& owner, Attachment& file, bool before);

  uploads::Uploads& uploads_;
  gemini::FilesApi& files_;
};

}  // namespace reprise::chat
