/** The gossipsub topics of one network. */
export interface AnnouncementTopics {
  readonly manifest: string
  /** The manifest for those who have none: only they subscribe, so a subscription says that one is wanted. */
  readonly joining: string
  readonly telemetry: string
}

/** @param network - The swarm's name. */
export function announcementTopics(network: string): AnnouncementTopics {
  return {
    manifest: `/hearsay/${network}/manifest`,
    joining: `/hearsay/${network}/joining`,
    telemetry: `/hearsay/${network}/telemetry`,
  }
}
