/** The gossipsub topics of one network. */
export interface AnnouncementTopics {
  readonly manifest: string
  readonly telemetry: string
}

/** @param network - The swarm's name. */
export function announcementTopics(network: string): AnnouncementTopics {
  return { manifest: `/hearsay/${network}/manifest`, telemetry: `/hearsay/${network}/telemetry` }
}
