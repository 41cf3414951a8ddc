export {
  type MessageContent,
  messageOf,
  RecordingContext,
  type SentMessage,
  type SetTimer,
} from './recording-context.ts'
