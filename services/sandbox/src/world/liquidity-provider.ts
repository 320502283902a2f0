/** The partner whose prices make the sandbox's market. */
export const LIQUIDITY_PROVIDER_ID = 'lp-harbour';
