NAME        
ROWS
 N  Obj     
 L  r0      
 L  r1      
 L  r2      
 L  r3      
 L  r4      
 L  r5      
 G  r6      
 G  r7      
 G  r8      
 G  r9      
 G  r10     
 G  r11     
 G  r12     
 L  r13     
 L  r14     
 L  r15     
 L  r16     
 L  r17     
 L  r18     
 L  r19     
 L  r20     
 L  r21     
 L  r22     
 L  r23     
 L  r24     
 G  r25     
 G  r26     
 G  r27     
 G  r28     
 G  r29     
 G  r30     
 G  r31     
 L  r32     
 L  r33     
 L  r34     
 L  r35     
 L  r36     
 L  r37     
 G  r38     
 G  r39     
 L  r40     
 L  r41     
 L  r42     
 L  r43     
 L  r44     
 L  r45     
 L  r46     
 L  r47     
 L  r48     
 L  r49     
 L  r50     
 L  r51     
 L  r52     
 L  r53     
 L  r54     
 L  r55     
 L  r56     
COLUMNS
    MARK0000  'MARKER'                 'INTORG'
    c0        r0        -1
    c0        r10       1
    c0        r12       -1
    c0        r52       1
    c0        r54       1
    c0        r56       1
    c1        r0        -1
    c1        r10       1
    c1        r11       -1
    c1        r38       1
    c1        r40       1
    c1        r43       1
    c1        r56       1
    c2        Obj       1
    c2        r1        -1
    c2        r10       1
    c2        r11       -1
    c2        r38       1
    c2        r40       1
    c2        r41       1
    c2        r45       -1
    c2        r56       1
    c3        Obj       1
    c3        r1        -1
    c3        r10       1
    c3        r11       -1
    c3        r38       1
    c3        r42       -1
    c3        r43       1
    c3        r44       1
    c3        r56       1
    c4        r3        -1
    c4        r7        1
    c4        r9        -1
    c4        r53       1
    c4        r56       1
    c5        r3        -1
    c5        r7        1
    c5        r8        -1
    c5        r39       1
    c5        r46       1
    c5        r49       1
    c5        r56       1
    c6        Obj       1
    c6        r4        -1
    c6        r7        1
    c6        r8        -1
    c6        r39       1
    c6        r46       1
    c6        r47       1
    c6        r51       -1
    c6        r56       1
    c7        Obj       1
    c7        r4        -1
    c7        r7        1
    c7        r8        -1
    c7        r39       1
    c7        r48       -1
    c7        r49       1
    c7        r50       1
    c7        r56       1
    c8        r19       -1
    c8        r29       1
    c8        r31       -1
    c8        r52       1
    c8        r56       1
    c9        r19       -1
    c9        r29       1
    c9        r30       -1
    c9        r38       1
    c9        r40       1
    c9        r43       1
    c9        r56       1
    c10       Obj       1
    c10       r20       -1
    c10       r29       1
    c10       r30       -1
    c10       r38       1
    c10       r40       1
    c10       r42       1
    c10       r44       -1
    c10       r56       1
    c11       Obj       1
    c11       r20       -1
    c11       r29       1
    c11       r30       -1
    c11       r38       1
    c11       r41       -1
    c11       r43       1
    c11       r45       1
    c11       r56       1
    c12       r22       -1
    c12       r26       1
    c12       r28       -1
    c12       r53       1
    c12       r56       1
    c13       r22       -1
    c13       r26       1
    c13       r27       -1
    c13       r39       1
    c13       r46       1
    c13       r49       1
    c13       r56       1
    c14       Obj       1
    c14       r23       -1
    c14       r26       1
    c14       r27       -1
    c14       r39       1
    c14       r46       1
    c14       r48       1
    c14       r50       -1
    c14       r56       1
    c15       Obj       1
    c15       r23       -1
    c15       r26       1
    c15       r27       -1
    c15       r39       1
    c15       r47       -1
    c15       r49       1
    c15       r51       1
    c15       r56       1
    c16       r0        1
    c16       r2        1
    c16       r6        2
    c16       r13       -2
    c17       r1        1
    c17       r2        1
    c17       r6        1
    c17       r13       -1
    c18       r3        1
    c18       r5        1
    c18       r6        2
    c18       r16       -2
    c19       r4        1
    c19       r5        1
    c19       r6        1
    c19       r16       -1
    c20       r6        1
    c20       r55       2
    c21       r13       1
    c21       r14       1
    c21       r15       -1
    c21       r16       -1
    c22       Obj       -2
    c22       r7        -1
    c22       r8        1
    c22       r9        1
    c22       r15       -2
    c22       r17       -2
    c22       r18       2
    c23       Obj       -2
    c23       r10       -1
    c23       r11       1
    c23       r12       1
    c23       r14       -2
    c23       r15       2
    c24       r16       1
    c24       r17       1
    c24       r18       -1
    c25       r19       1
    c25       r21       1
    c25       r25       2
    c25       r32       -2
    c26       r20       1
    c26       r21       1
    c26       r25       1
    c26       r32       -1
    c27       r22       1
    c27       r24       1
    c27       r25       2
    c27       r35       -2
    c28       r23       1
    c28       r24       1
    c28       r25       1
    c28       r35       -1
    c29       r25       1
    c29       r55       2
    c30       r32       1
    c30       r33       1
    c30       r34       -1
    c30       r35       -1
    c31       Obj       -2
    c31       r26       -1
    c31       r27       1
    c31       r28       1
    c31       r34       -2
    c31       r36       -2
    c31       r37       2
    c32       Obj       -2
    c32       r29       -1
    c32       r30       1
    c32       r31       1
    c32       r33       -2
    c32       r34       2
    c33       r35       1
    c33       r36       1
    c33       r37       -1
    c34       Obj       1
    c34       r38       1
    c35       Obj       1
    c35       r39       1
    MARK0001  'MARKER'                 'INTEND'
RHS
    RHS_V     r2        1
    RHS_V     r5        1
    RHS_V     r6        2
    RHS_V     r21       1
    RHS_V     r24       1
    RHS_V     r25       2
    RHS_V     r38       1
    RHS_V     r39       1
    RHS_V     r40       1
    RHS_V     r43       1
    RHS_V     r46       1
    RHS_V     r49       1
    RHS_V     r52       1
    RHS_V     r53       1
    RHS_V     r56       2
BOUNDS
 BV BOUND     c0      
 BV BOUND     c1      
 BV BOUND     c2      
 BV BOUND     c3      
 BV BOUND     c4      
 BV BOUND     c5      
 BV BOUND     c6      
 BV BOUND     c7      
 BV BOUND     c8      
 BV BOUND     c9      
 BV BOUND     c10     
 BV BOUND     c11     
 BV BOUND     c12     
 BV BOUND     c13     
 BV BOUND     c14     
 BV BOUND     c15     
 BV BOUND     c16     
 BV BOUND     c17     
 BV BOUND     c18     
 BV BOUND     c19     
 UI BOUND     c20       2
 UI BOUND     c21       2
 BV BOUND     c22     
 BV BOUND     c23     
 UI BOUND     c24       2
 BV BOUND     c25     
 BV BOUND     c26     
 BV BOUND     c27     
 BV BOUND     c28     
 UI BOUND     c29       2
 UI BOUND     c30       2
 BV BOUND     c31     
 BV BOUND     c32     
 UI BOUND     c33       2
 BV BOUND     c34     
 BV BOUND     c35     
ENDATA
